import{x as a,y as b}from"./chunk-XLOOQ5A6.js";import"./chunk-MUN47KJS.js";export{b as HomeBlock,a as HomeView};

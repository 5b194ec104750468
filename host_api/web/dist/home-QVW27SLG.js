import{x as a,y as b}from"./chunk-M74KURY3.js";import"./chunk-UTQYH5YS.js";export{b as HomeBlock,a as HomeView};

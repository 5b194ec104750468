import{x as a,y as b}from"./chunk-NJOKTCMR.js";import"./chunk-6BJ2WWBY.js";export{b as HomeBlock,a as HomeView};

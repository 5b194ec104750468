import{a}from"./chunk-3SWBC2LQ.js";import"./chunk-M74KURY3.js";import"./chunk-UTQYH5YS.js";export{a as Feed};

import{a}from"./chunk-3KQYX5A2.js";import"./chunk-UTQYH5YS.js";export{a as deleteRecord};

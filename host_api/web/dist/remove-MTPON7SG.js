import{a}from"./chunk-3E42YLWC.js";import"./chunk-VORDSD2Q.js";export{a as deleteRecord};

import{a}from"./chunk-FN4KIQZW.js";import"./chunk-RRLALDWZ.js";import"./chunk-VORDSD2Q.js";export{a as Feed};

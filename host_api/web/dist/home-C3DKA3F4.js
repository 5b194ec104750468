import{t as a,u as b}from"./chunk-RRLALDWZ.js";import"./chunk-VORDSD2Q.js";export{b as HomeBlock,a as HomeView};

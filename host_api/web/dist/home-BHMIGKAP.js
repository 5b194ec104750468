import{t as a,u as b}from"./chunk-DDKAT5HS.js";import"./chunk-PECD6CC6.js";export{b as HomeBlock,a as HomeView};

import{t as a,u as b}from"./chunk-GBW3UOKI.js";import"./chunk-QBFRH54Q.js";export{b as HomeBlock,a as HomeView};

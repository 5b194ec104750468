import{x as a,y as b}from"./chunk-XIELDDV4.js";import"./chunk-ULXUITP6.js";export{b as HomeBlock,a as HomeView};

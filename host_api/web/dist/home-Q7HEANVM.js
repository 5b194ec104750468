import{x as a,y as b}from"./chunk-J4IVZTZF.js";import"./chunk-QQXLRZJD.js";export{b as HomeBlock,a as HomeView};

import{x as a,y as b}from"./chunk-JFZ37G3C.js";import"./chunk-7W4DNT2Y.js";export{b as HomeBlock,a as HomeView};

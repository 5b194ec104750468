import{x as a,y as b}from"./chunk-DAIGRUAO.js";import"./chunk-GXGSOEGM.js";export{b as HomeBlock,a as HomeView};

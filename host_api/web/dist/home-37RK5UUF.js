import{r as a,s as b}from"./chunk-5FHA6ZBD.js";import"./chunk-BDSZAASJ.js";export{b as HomeBlock,a as HomeView};

import{r as a,s as b}from"./chunk-WQPI527F.js";import"./chunk-3YUE3CG3.js";export{b as HomeBlock,a as HomeView};

import{a}from"./chunk-GKK7HT47.js";import"./chunk-DAIGRUAO.js";import"./chunk-GXGSOEGM.js";export{a as Feed};

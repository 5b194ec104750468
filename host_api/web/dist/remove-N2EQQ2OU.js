import{a}from"./chunk-FHCQNWTA.js";import"./chunk-GXGSOEGM.js";export{a as deleteRecord};

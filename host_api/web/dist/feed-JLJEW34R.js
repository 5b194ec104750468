import{a}from"./chunk-INOX2ZVU.js";import"./chunk-NJOKTCMR.js";import"./chunk-6BJ2WWBY.js";export{a as Feed};

import{a}from"./chunk-BCVXBXYQ.js";import"./chunk-VJBLWICR.js";import"./chunk-SKKL53HP.js";export{a as Feed};

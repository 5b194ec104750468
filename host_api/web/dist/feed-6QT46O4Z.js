import{a}from"./chunk-G2YJBNY4.js";import"./chunk-J4IVZTZF.js";import"./chunk-QQXLRZJD.js";export{a as Feed};

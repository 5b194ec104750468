import{a,b,c}from"./chunk-OLS3X5J5.js";import"./chunk-FIQNRHAI.js";import"./chunk-FOEQ6SZZ.js";import"./chunk-VM7IB6MN.js";export{a as MatrixView,c as ParamField,b as paramValue};

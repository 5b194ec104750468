import{a,b,c,d}from"./chunk-N37F2U5Y.js";import"./chunk-YXPSTLWQ.js";import"./chunk-JK4EQEUM.js";import"./chunk-EOQZDBGA.js";export{a as MatrixView,d as ParamField,b as monthAway,c as paramValue};

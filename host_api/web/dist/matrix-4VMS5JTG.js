import{a,b,c,d}from"./chunk-6B7G3RID.js";import"./chunk-32ETY6GA.js";import"./chunk-3ZJLBVPV.js";import"./chunk-M5TKA5XM.js";export{a as MatrixView,d as ParamField,b as monthAway,c as paramValue};

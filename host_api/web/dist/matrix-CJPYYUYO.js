import{a,b,c,d}from"./chunk-XSSEACRU.js";import"./chunk-TFFEWRZZ.js";import"./chunk-H4OU64XC.js";import"./chunk-USRHF3FF.js";export{a as MatrixView,d as ParamField,b as monthAway,c as paramValue};

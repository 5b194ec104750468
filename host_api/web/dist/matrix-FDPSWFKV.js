import{a,b,c,d}from"./chunk-WBGEHTZ7.js";import"./chunk-N5H3XHN3.js";import"./chunk-JJA6WBAQ.js";import"./chunk-GA27Y2MB.js";export{a as MatrixView,d as ParamField,b as monthAway,c as paramValue};

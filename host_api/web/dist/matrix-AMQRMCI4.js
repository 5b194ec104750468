import{a,b,c,d}from"./chunk-IDBWGXKT.js";import"./chunk-MM2E4WJG.js";import"./chunk-QAP56RHZ.js";import"./chunk-6745VCFG.js";export{a as MatrixView,d as ParamField,b as monthAway,c as paramValue};

import{a,b,c,d}from"./chunk-CM3KJRYG.js";import"./chunk-FGSLOY22.js";import"./chunk-JOGOY47S.js";import"./chunk-BAX4SSES.js";export{a as MatrixView,d as ParamField,b as monthAway,c as paramValue};

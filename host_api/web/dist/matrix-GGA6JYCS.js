import{a,b,c,d}from"./chunk-IDPJNHAY.js";import"./chunk-RLPSKT37.js";import"./chunk-CIRXE6HO.js";import"./chunk-BAX4SSES.js";export{a as MatrixView,d as ParamField,b as monthAway,c as paramValue};

import{a,b,c,d}from"./chunk-QZLS5GKZ.js";import"./chunk-25QKI4JV.js";import"./chunk-WECPXSRW.js";import"./chunk-63D7IO27.js";export{a as MatrixView,d as ParamField,b as monthAway,c as paramValue};

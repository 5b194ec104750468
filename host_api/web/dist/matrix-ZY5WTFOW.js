import{a,b,c,d}from"./chunk-C6YG6G6T.js";import"./chunk-A4XMU4MD.js";import"./chunk-7REGE7PA.js";import"./chunk-HVWVENGC.js";export{a as MatrixView,d as ParamField,b as monthAway,c as paramValue};

import{a,b,c,d}from"./chunk-75VI2FOU.js";import"./chunk-4HWDEPMP.js";import"./chunk-BCCPHOLN.js";import"./chunk-RS2NPR3Y.js";export{a as MatrixView,d as ParamField,b as monthAway,c as paramValue};

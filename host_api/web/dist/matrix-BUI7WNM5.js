import{a,b,c}from"./chunk-I5YL3TMM.js";import"./chunk-NNTB7XSI.js";import"./chunk-DPWPYWYC.js";import"./chunk-UCYD4EI7.js";export{a as MatrixView,c as ParamField,b as paramValue};

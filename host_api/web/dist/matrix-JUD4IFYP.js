import{a,b,c}from"./chunk-3HJW7ASO.js";import"./chunk-V2NRG7FX.js";import"./chunk-VCSFLACO.js";import"./chunk-CCECTSPL.js";export{a as MatrixView,c as ParamField,b as paramValue};

import{a,b,c}from"./chunk-7J76H4KM.js";import"./chunk-5IEJT3RJ.js";import"./chunk-AWWXU5LI.js";import"./chunk-A3SR3D4L.js";export{a as MatrixView,c as ParamField,b as paramValue};

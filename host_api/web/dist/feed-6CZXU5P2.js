import{a}from"./chunk-MG5URSNA.js";import"./chunk-JFZ37G3C.js";import"./chunk-7W4DNT2Y.js";export{a as Feed};

import{a}from"./chunk-YTJ5E72P.js";import"./chunk-7W4DNT2Y.js";export{a as deleteRecord};

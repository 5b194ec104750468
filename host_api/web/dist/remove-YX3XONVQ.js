import{a}from"./chunk-3SFUQBQW.js";import"./chunk-QQXLRZJD.js";export{a as deleteRecord};

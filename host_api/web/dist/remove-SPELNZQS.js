import{a}from"./chunk-TOR65BS2.js";import"./chunk-PECD6CC6.js";export{a as deleteRecord};

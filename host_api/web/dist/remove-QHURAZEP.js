import{a}from"./chunk-MTMD5QYG.js";import"./chunk-QBFRH54Q.js";export{a as deleteRecord};

import{a}from"./chunk-WEYKR7OR.js";import"./chunk-ULXUITP6.js";export{a as deleteRecord};

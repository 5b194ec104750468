import{a}from"./chunk-GDADNKBV.js";import"./chunk-6BJ2WWBY.js";export{a as deleteRecord};

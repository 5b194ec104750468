import{a}from"./chunk-65KCK7D7.js";import"./chunk-MUN47KJS.js";export{a as deleteRecord};

import{a}from"./chunk-65IDVCR6.js";import"./chunk-XLOOQ5A6.js";import"./chunk-MUN47KJS.js";export{a as Feed};

import{a,b,c}from"./chunk-DS32UC2V.js";import"./chunk-ULXUITP6.js";export{c as UserChoices,a as changeLanguage,b as logOut};

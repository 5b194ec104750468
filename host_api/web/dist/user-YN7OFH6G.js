import{a,b,c}from"./chunk-A7LT7WNB.js";import"./chunk-MUN47KJS.js";export{c as UserChoices,a as changeLanguage,b as logOut};

import{a,b,c}from"./chunk-AOVVNAJL.js";import"./chunk-6BJ2WWBY.js";export{c as UserChoices,a as changeLanguage,b as logOut};

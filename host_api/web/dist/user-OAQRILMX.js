import{a,b,c}from"./chunk-VF5EL444.js";import"./chunk-GXGSOEGM.js";export{c as UserChoices,a as changeLanguage,b as logOut};

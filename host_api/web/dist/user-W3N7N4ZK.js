import{a,b,c}from"./chunk-2HTUMJDL.js";import"./chunk-VORDSD2Q.js";export{c as UserChoices,a as changeLanguage,b as logOut};

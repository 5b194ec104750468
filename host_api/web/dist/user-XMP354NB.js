import{a,b,c}from"./chunk-ZAUDVYOK.js";import"./chunk-QQXLRZJD.js";export{c as UserChoices,a as changeLanguage,b as logOut};

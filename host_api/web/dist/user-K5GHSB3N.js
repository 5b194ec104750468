import{a,b,c}from"./chunk-EYLJDK6J.js";import"./chunk-7W4DNT2Y.js";export{c as UserChoices,a as changeLanguage,b as logOut};

import{a,b,c}from"./chunk-SGGZI4KF.js";import"./chunk-PECD6CC6.js";export{c as UserChoices,a as changeLanguage,b as logOut};

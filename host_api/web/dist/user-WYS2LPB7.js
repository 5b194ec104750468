import{a,b,c}from"./chunk-WLSCZV5Q.js";import"./chunk-UTQYH5YS.js";export{c as UserChoices,a as changeLanguage,b as logOut};

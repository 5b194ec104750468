import{a,b,c}from"./chunk-GZJ7H2AF.js";import"./chunk-SKKL53HP.js";export{c as UserChoices,a as changeLanguage,b as logOut};

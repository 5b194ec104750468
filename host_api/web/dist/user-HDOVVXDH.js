import{a,b,c}from"./chunk-3GQBOBVU.js";import"./chunk-QBFRH54Q.js";export{c as UserChoices,a as changeLanguage,b as logOut};

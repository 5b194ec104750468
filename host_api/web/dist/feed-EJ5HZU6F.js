import{a}from"./chunk-7GJVCGIT.js";import"./chunk-GBW3UOKI.js";import"./chunk-QBFRH54Q.js";export{a as Feed};

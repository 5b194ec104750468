import{a as b,b as c,c as d,d as e,e as f}from"./chunk-JVEGYM4G.js";import{v as a}from"./chunk-VORDSD2Q.js";export{f as download,e as exportAll,c as exportFile,d as exportReport,b as safe,a as t};

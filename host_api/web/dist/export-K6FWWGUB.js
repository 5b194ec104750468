import{a as b,b as c,c as d,d as e,e as f}from"./chunk-OGBALQMA.js";import{v as a}from"./chunk-QBFRH54Q.js";export{f as download,e as exportAll,c as exportFile,d as exportReport,b as safe,a as t};

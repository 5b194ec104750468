import{a as b,b as c,c as d,d as e,e as f}from"./chunk-IRWRHZTS.js";import{u as a}from"./chunk-3YUE3CG3.js";export{f as download,e as exportAll,c as exportFile,d as exportReport,b as safe,a as t};

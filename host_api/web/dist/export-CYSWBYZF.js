import{a as b,b as c,c as d,d as e,e as f}from"./chunk-HWUU3ZWL.js";import{u as a}from"./chunk-BDSZAASJ.js";export{f as download,e as exportAll,c as exportFile,d as exportReport,b as safe,a as t};

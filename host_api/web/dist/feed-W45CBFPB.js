import{a}from"./chunk-LQOXYBDC.js";import"./chunk-XIELDDV4.js";import"./chunk-ULXUITP6.js";export{a as Feed};

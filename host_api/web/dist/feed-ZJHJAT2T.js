import{a}from"./chunk-4VQXKRZK.js";import"./chunk-DDKAT5HS.js";import"./chunk-PECD6CC6.js";export{a as Feed};

import{a}from"./chunk-6QFEBQNA.js";import"./chunk-SKKL53HP.js";export{a as deleteRecord};

import{x as a,y as b}from"./chunk-VJBLWICR.js";import"./chunk-SKKL53HP.js";export{b as HomeBlock,a as HomeView};

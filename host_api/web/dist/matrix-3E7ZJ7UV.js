import{a,b,c,d}from"./chunk-AP2KZT6O.js";import"./chunk-GX4OBB6M.js";import"./chunk-YKSCXKFD.js";import"./chunk-YCSQCCZY.js";export{a as MatrixView,d as ParamField,b as monthAway,c as paramValue};

import{a,b,c,d}from"./chunk-T4NHCPNR.js";import"./chunk-PMNWAE4F.js";import"./chunk-ZT25M2FJ.js";import"./chunk-VZ7QYLQ3.js";export{a as MatrixView,d as ParamField,b as monthAway,c as paramValue};

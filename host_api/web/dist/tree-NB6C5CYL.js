import{Ia as i,pa as e}from"./chunk-EOCIWLYX.js";function p({view:o}){return e("div",{class:"page",children:e(i,{view:o})})}export{p as TreeView};

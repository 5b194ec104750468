import{Ia as e,pa as i}from"./chunk-EOCIWLYX.js";function p({view:o}){return i("div",{class:"page",children:i(e,{view:o})})}export{p as WizardView};

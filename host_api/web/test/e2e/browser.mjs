export const findChromium=()=>null;

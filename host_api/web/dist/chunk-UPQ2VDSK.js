var n;function i(e){n=e}function d(){let e=n;return n=void 0,e}export{i as a,d as b};

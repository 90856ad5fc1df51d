self.veille = {"version":"324c8ff8","lang":"fr","offline":"offline/","shell":["static/veille.333f07d5.css","static/theme.ce6ece67.js","static/veille.ce8d26a2.js","static/favicon.07897948.svg"]};
importScripts("static/worker.b0dd82c0.js");

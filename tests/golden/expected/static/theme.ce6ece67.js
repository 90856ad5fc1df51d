// Runs before the page is painted, so that the theme that its reader chose does not come with a flash; see veille.js.
try {
  const theme = localStorage.getItem("veille-theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch { /* no storage: the system's theme */ }

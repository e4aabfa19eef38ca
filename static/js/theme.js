// Blocking and first, so that the page is never drawn in the wrong theme, nor a dialog in the wrong depth.
(() => {
  try {
    const theme = localStorage.getItem("sandpost-theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
    const depth = localStorage.getItem("sandpost-depth");
    if (depth === "lesson" || depth === "wire") document.documentElement.dataset.depth = depth;
  } catch {
    // Storage is blocked: the system's theme and the usual depth it is.
  }
})();

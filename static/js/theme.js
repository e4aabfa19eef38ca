// Blocking and first, so that the page is never drawn in the wrong theme.
(() => {
  try {
    const theme = localStorage.getItem("sandpost-theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage is blocked: the system's theme it is.
  }
})();

// Blocking and first, so that the page is never drawn in the wrong theme, nor a dialog in the wrong depth.
(() => {
  // The server writes the theme into its pages; not into that of its failures, nor into one that the browser kept.
  const theme = /(?:^|; )sandpost-view="?[^;]*\btheme=(light|dark)/.exec(document.cookie);
  if (theme) document.documentElement.dataset.theme = theme[1];
  else delete document.documentElement.dataset.theme;
  // It also writes times: in this zone from the next page on.
  const zone = encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone ?? "");
  if (!document.cookie.includes(`sandpost-zone=${zone}`)) {
    document.cookie = `sandpost-zone=${zone}; path=/; max-age=31536000; samesite=lax`;
  }
  try {
    const depth = localStorage.getItem("sandpost-depth");
    if (depth === "lesson" || depth === "wire") document.documentElement.dataset.depth = depth;
  } catch {
    // Storage is blocked: the usual depth it is.
  }
})();

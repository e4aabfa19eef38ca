// The tab's icon says how many messages are unread.
const MOST = 99;
let shown = "";

/** Draw the icon with a number on it; without one it is the file. */
export function draw(unread) {
  const link = document.querySelector("link[rel=icon]");
  link.dataset.file ??= link.getAttribute("href");
  const text = unread > MOST ? `${MOST}+` : unread ? String(unread) : "";
  if (text === shown) return;
  shown = text;
  link.href = text ? `data:image/svg+xml,${encodeURIComponent(icon(text))}` : link.dataset.file;
}

function icon(text) {
  const width = 9 + 5.5 * text.length;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none">
<rect x="1" y="6.500" width="20" height="15" rx="3.200" fill="#c9622a"/>
<path d="m3.700 10 7.300 5 7.300-5" stroke="#fff" stroke-width="1.800" stroke-linecap="round" stroke-linejoin="round"/>
<rect x="${24 - width}" y="0" width="${width}" height="14" rx="7" fill="#8f1d12" stroke="#fff" stroke-width="1.200"/>
<text x="${24 - width / 2}" y="10.800" fill="#fff" font-family="Arial, sans-serif" font-size="10.500" font-weight="700" text-anchor="middle">${text}</text>
</svg>`;
}

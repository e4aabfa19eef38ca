// How the frame shows a mail: its width, the colour scheme that it is told, with pictures or without, with remote content.
const KEY = "sandpost-preview";
const asked = { remote: "" };

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

function keep(changes) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ ...kept(), ...changes }));
  } catch {
    // It holds for this message then.
  }
}

export function start() {
  document.addEventListener("click", (event) => {
    for (const name of ["width", "scheme", "images"]) {
      const button = event.target.closest(`[data-preview-${name}]`);
      if (button) choose(name, button.getAttribute(`data-preview-${name}`));
    }
    if (event.target.closest("[data-load-remote]")) load();
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.querySelector?.("#stage")) restore();
  });
  restore();
}

function restore() {
  if (!document.getElementById("stage")) return;
  asked.remote = "";
  show(kept());
}

function choose(name, value) {
  keep({ [name]: value });
  show({ ...kept(), [name]: value });
}

function show({ width = "fit", scheme = "light", images = "1" }) {
  document.getElementById("stage").dataset.width = width;
  const chosen = { width, scheme, images };
  for (const name of Object.keys(chosen)) {
    for (const button of document.querySelectorAll(`[data-preview-${name}]`)) {
      button.setAttribute("aria-pressed", String(button.getAttribute(`data-preview-${name}`) === chosen[name]));
    }
  }
  const query = new URLSearchParams();
  if (scheme === "dark") query.set("scheme", "dark");
  if (images === "0") query.set("images", "0");
  if (asked.remote) query.set("remote", "1");
  const frame = document.getElementById("mail");
  const base = frame.getAttribute("src").split("?")[0];
  const source = query.size ? `${base}?${query}` : base;
  frame.classList.toggle("dark", scheme === "dark");
  if (source !== frame.getAttribute("src")) frame.src = source;
}

function load() {
  asked.remote = "1";
  show(kept());
  const words = document.querySelector("#remote [data-remote-words]");
  words.textContent = "Remote content loaded, this once";
  words.classList.remove("warn");
  document.querySelector("[data-load-remote]").remove();
  words.tabIndex = -1;
  words.focus();
}

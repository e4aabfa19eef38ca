// The theme: the system's, or one's own choice, kept in this browser.
const KEY = "sandpost-theme";
const ORDER = ["system", "light", "dark"];

function stored() {
  try {
    return localStorage.getItem(KEY) ?? "system";
  } catch {
    return "system";
  }
}

function apply(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
  }
}

export function start() {
  apply(stored());
  addEventListener("storage", (event) => event.key === KEY && apply(stored()));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    // In the narrow rail only the current one is there, and a click goes on to the next.
    const alone = button.parentElement.querySelectorAll("button:not([aria-pressed=true])")[0]?.offsetParent === null;
    const choice = alone
      ? ORDER[(ORDER.indexOf(stored()) + 1) % ORDER.length]
      : button.dataset.themeChoice;
    try {
      if (choice === "system") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, choice);
    } catch {
      // It holds for this page then.
    }
    apply(choice);
  });
}

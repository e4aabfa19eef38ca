// The buttons of the theme in the rail; the answer is kept with the others.
import { answer, prefer } from "./preferences.js";

const ORDER = ["system", "light", "dark"];
const current = () => answer("theme")[0] ?? "system";

export function start() {
  show();
  document.addEventListener("sandpost:preferred", show);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    // In the narrow rail only the current one is there, and a click goes on to the next.
    const alone = button.parentElement.querySelectorAll("button:not([aria-pressed=true])")[0]?.offsetParent === null;
    prefer("theme", [alone ? ORDER[(ORDER.indexOf(current()) + 1) % ORDER.length] : button.dataset.themeChoice]);
    if (alone) document.querySelector("[data-theme-choice][aria-pressed=true]").focus();
  });
}

function show() {
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === current()));
  }
}

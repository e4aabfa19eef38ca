// Buttons that copy the text of the element named in data-copies.
import { say } from "./pane.js";

export function start() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copies]");
    if (!button) return;
    const source = document.querySelector(button.dataset.copies);
    try {
      await navigator.clipboard.writeText(source.innerText);
      say("Copied");
    } catch {
      // Without https or localhost there is no clipboard: select it, so that one key does the rest.
      getSelection().selectAllChildren(source);
      say("Selected: copy it with your keyboard");
    }
  });
}

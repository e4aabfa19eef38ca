// Says in the rail and in a banner whether the page is connected.
import { on } from "./socket.js";

const GRACE = 700; // leaving a page closes its socket too: nobody wants a banner for that
const WORDS = { live: "live", lost: "disconnected, reconnecting" };

export function start() {
  const light = document.getElementById("live");
  const banner = document.getElementById("banner");
  if (!light) return;
  let timer = 0;
  const show = (state) => {
    light.dataset.state = state;
    light.querySelector("[data-live-words]").textContent = WORDS[state];
    light.title = WORDS[state];
    banner.hidden = state === "live";
  };
  on("state", (state) => {
    if (state === "live") {
      clearTimeout(timer);
      timer = 0;
      show(state);
    } else if (!timer) {
      timer = setTimeout(show, GRACE, state);
    }
  });
}

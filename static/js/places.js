// Tags and saved searches in the rail, with their numbers; asked for when something may have changed them.
import { on } from "./socket.js";

const PAUSE = 2000;
let timer = 0;

export function start() {
  on("tags", () => later(PAUSE / 4));
  on("searches", () => later(0));
  on("counts", () => document.querySelector("#places [data-saved]") && later(PAUSE));
  if (document.querySelector("#places [data-saved]")) later(0);
}

function later(pause) {
  timer ||= setTimeout(load, pause);
}

async function load() {
  timer = 0;
  const places = document.getElementById("places");
  if (!places || document.hidden) return;
  const url = new URL(places.dataset.places, location.href);
  url.searchParams.set("q", document.getElementById("rows")?.dataset.q ?? "");
  const response = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (response?.ok) places.innerHTML = await response.text();
}

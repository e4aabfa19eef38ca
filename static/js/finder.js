// Searching a source: the server counts and marks, and sends the rows around the hit that is looked at.
const PAUSE = 200;
let waiting = 0;
let latest = 0;

export function start() {
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-finder]")) return;
    event.preventDefault();
    step(event.target, "next");
  });
  document.addEventListener("input", (event) => {
    const form = event.target.closest("[data-finder]");
    if (!form) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => find(form, 1), PAUSE);
  });
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("[data-finder]");
    if (form && event.key === "Enter" && event.shiftKey) {
      event.preventDefault();
      step(form, "previous");
    }
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-finder] [data-hit]");
    if (button) find(button.form, button.dataset.hit, button.ariaLabel);
  });
  document.addEventListener("htmx:afterSettle", (event) => event.detail.target.id !== "hit" && event.detail.target.querySelector?.("#window") && scroll());
  scroll();
}

function step(form, way) {
  const buttons = form.querySelectorAll("[data-hit]");
  const button = buttons[way === "next" ? 1 : 0];
  find(form, form.dataset.found === form.find.value && button ? button.dataset.hit : 1);
}

async function find(form, hit, label = "") {
  clearTimeout(waiting);
  const turn = ++latest;
  const wanted = form.find.value;
  const query = new URLSearchParams({ find: wanted, hit });
  const response = await fetch(`${form.dataset.finder}?${query}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!response?.ok || turn !== latest || !form.isConnected) return;
  const answer = document.createElement("template");
  answer.innerHTML = await response.text();
  form.dataset.found = wanted;
  form.querySelector("#finds").replaceWith(answer.content.querySelector("#finds"));
  const rows = document.getElementById("window");
  const fresh = answer.content.querySelector("#window");
  rows.replaceWith(fresh);
  htmx.process(fresh);
  if (label) form.querySelector(`[aria-label="${CSS.escape(label)}"]`)?.focus();
  scroll();
}

const scroll = () => document.querySelector("#hit, #window .here")?.scrollIntoView({ block: "center" });

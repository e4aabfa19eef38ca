// Two messages beside each other: how they are laid out, and the way from one difference to the next.
const root = document.getElementById("comparing");
const frames = document.getElementById("frames");
const place = document.getElementById("compare-place");
const wide = matchMedia("(min-width: 721px)");
const KEY = "sandpost-compare";

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

function keep(changes) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...kept(), ...changes }));
  } catch {
    // It holds for this page then.
  }
}

function press(name, value) {
  for (const button of document.querySelectorAll(`[${name}]`)) {
    if (button.tagName === "BUTTON") button.setAttribute("aria-pressed", String(button.getAttribute(name) === value));
  }
}

/** Two columns have no room on a phone. */
function lay(view = wide.matches ? (kept().view ?? "side") : "unified") {
  root.dataset.view = view;
  press("data-compare-view", view);
}

function render(mode = kept().rendering ?? (wide.matches ? "side" : "flip")) {
  if (!frames) return;
  frames.dataset.rendering = mode;
  press("data-rendering", mode);
  document.querySelector("[data-flip]").hidden = mode !== "flip";
  flip("after");
}

function flip(shown = frames.dataset.shown === "after" ? "before" : "after") {
  frames.dataset.shown = shown;
  document.querySelector("[data-flip]").textContent = shown === "after" ? "Show the one before" : "Show the one after";
  for (const frame of frames.querySelectorAll(".frame")) {
    frame.inert = frames.dataset.rendering === "flip" && !frame.classList.contains(shown);
  }
}

const panel = () => root.querySelector(".compare-panel:not([hidden])");
const within = (section) => Array.from(section.querySelectorAll("[data-difference]"));

/** Go to the next difference of this section, or to the first one of the next section that has some. */
function step(by) {
  const here = panel();
  const all = within(here);
  const at = all.findIndex((each) => each.classList.contains("here"));
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by;
  if (all[next]) return visit(all, next);
  const sections = Array.from(root.querySelectorAll(".compare-panel"));
  for (let to = sections.indexOf(here) + by; sections[to]; to += by) {
    const found = within(sections[to]);
    if (!found.length) continue;
    document.getElementById(sections[to].getAttribute("aria-labelledby")).click();
    return visit(found, by > 0 ? 0 : found.length - 1);
  }
  place.textContent = by > 0 ? "This is the last difference" : "This is the first difference";
  return undefined;
}

function visit(all, at) {
  for (const each of root.querySelectorAll(".here")) each.classList.remove("here");
  all[at].classList.add("here");
  all[at].focus({ preventScroll: true });
  all[at].scrollIntoView({ block: all[at].offsetHeight > innerHeight / 2 ? "start" : "center" });
  place.textContent = `Difference ${at + 1} of ${all.length}`;
}

root.addEventListener("click", (event) => {
  const button = event.target.closest("button, a");
  if (!button) return;
  const { compareView, compareStep, rendering, tall } = button.dataset;
  if (compareView) { keep({ view: compareView }); lay(compareView); }
  if (compareStep) step(Number(compareStep));
  if (rendering) { keep({ rendering }); render(rendering); }
  if (tall) { frames.dataset.tall = tall; press("data-tall", tall); }
  if ("flip" in button.dataset) flip();
  if ("keepsTab" in button.dataset) button.hash = panel().id;
  if (button.role === "tab") history.replaceState(history.state, "", `#${button.getAttribute("aria-controls")}`);
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, dialog")) return;
  const by = { n: 1, p: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  step(by);
});

wide.addEventListener("change", () => { lay(); render(); });
lay();
render();
const asked = location.hash && root.querySelector(`[role=tab][aria-controls="${CSS.escape(location.hash.slice(1))}"]`);
if (asked) asked.click();

// The list of rules: filtered by words and chips, opened by the address, and what was muted said.
import { say } from "./pane.js";

const list = document.getElementById("rules");
const words = document.getElementById("rule-words");
const count = document.getElementById("rule-count");
const rules = Array.from(list.children);
const texts = new Map();
const chips = Array.from(document.querySelectorAll("#rule-filter .chip"));

const pressed = (name) => chips.filter((chip) => name in chip.dataset && chip.getAttribute("aria-pressed") === "true");
const isMuted = (rule) => rule.querySelector("[data-muted]") !== null;

function text(rule) {
  if (!texts.has(rule)) {
    const copy = rule.cloneNode(true);
    for (const other of copy.querySelectorAll(".muting, .silent, .unseen")) other.remove();
    texts.set(rule, copy.textContent.toLowerCase());
  }
  return texts.get(rule);
}

function filter() {
  const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
  const severities = pressed("onlySeverity").map((chip) => chip.dataset.onlySeverity);
  const kinds = pressed("onlyKind").map((chip) => chip.dataset.onlyKind);
  const muted = pressed("onlyMuted").length > 0;
  let shown = 0;
  for (const rule of rules) {
    const fits =
      (!severities.length || severities.includes(rule.dataset.severity)) &&
      (!kinds.length || kinds.includes(rule.dataset.kind)) &&
      (!muted || isMuted(rule)) &&
      wanted.every((word) => text(rule).includes(word));
    rule.hidden = !fits;
    shown += fits;
  }
  document.getElementById("rule-none").hidden = shown > 0;
  tell(shown);
}

function tell(shown) {
  const silent = rules.filter(isMuted).length;
  const all = shown === rules.length ? `${shown} rules` : `${shown} of ${rules.length} rules`;
  count.textContent = all + (silent ? `, ${silent} muted` : "");
}

function clear() {
  words.value = "";
  for (const chip of chips) chip.setAttribute("aria-pressed", "false");
  filter();
}

/** Open the rule that the address names, and bring it into view whatever the filter says. */
function open() {
  const rule = document.getElementById(location.hash.slice(1));
  if (!rule?.matches(".rule")) return;
  if (rule.hidden) clear();
  rule.open = true;
  rule.scrollIntoView({ block: "start" });
}

document.getElementById("rule-filter").hidden = false;
words.addEventListener("input", filter);
document.getElementById("rule-all").addEventListener("click", () => {
  clear();
  words.focus();
});
for (const chip of chips) {
  chip.addEventListener("click", () => {
    chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
    filter();
  });
}
document.addEventListener("sandpost:say", (event) => say(event.detail.text));
document.addEventListener("htmx:afterSettle", filter);
addEventListener("hashchange", open);
filter(); // the browser may have kept what was typed before a reload
open();

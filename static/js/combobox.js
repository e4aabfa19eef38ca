// Suggestions under the search box, by the combobox pattern: the focus stays in the box, arrows choose.
const PAUSE = 120;
let timer = 0;
let asking = null;
let active = -1;
let known = null;

const box = () => document.getElementById("q");
const popup = () => document.getElementById("suggestions");
const options = () => Array.from(popup().children);
const isOpen = () => !popup().hidden;

export function start() {
  attach();
  // The first mail brings the list, and the box with it.
  document.addEventListener("htmx:afterSettle", attach);
}

function attach() {
  const input = box();
  if (!input || !popup() || input === known) return;
  known = input;
  input.addEventListener("input", () => ask(PAUSE));
  input.addEventListener("keydown", pressed);
  input.addEventListener("blur", () => close());
  // Before the box loses the focus.
  popup().addEventListener("pointerdown", (event) => event.preventDefault());
  popup().addEventListener("click", (event) => choose(event.target.closest("[role=option]")));
  input.form.addEventListener("submit", close);
}

function ask(pause) {
  clearTimeout(timer);
  timer = setTimeout(fetched, pause);
}

async function fetched() {
  const input = box();
  asking?.abort();
  asking = new AbortController();
  const url = new URL(input.dataset.suggest, location.href);
  url.searchParams.set("q", input.value);
  url.searchParams.set("at", Array.from(input.value.slice(0, input.selectionStart)).length);
  try {
    const response = await fetch(url, { signal: asking.signal, headers: { "HX-Request": "true" } });
    if (response.ok && document.activeElement === input) show(await response.text());
  } catch {
    // A later one was asked for, or the server is away: the box works without.
  }
}

function show(html) {
  const chosen = options()[active]?.dataset.text; // who has gone to a suggestion stays at it when the list is renewed
  popup().innerHTML = html.trim();
  active = -1;
  const open = options().length > 0;
  popup().hidden = !open;
  popup().scrollTop = 0;
  box().setAttribute("aria-expanded", String(open));
  mark(chosen === undefined ? -1 : options().findIndex((option) => option.dataset.text === chosen));
}

function close() {
  clearTimeout(timer);
  asking?.abort();
  show("");
}

function pressed(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey) return;
  const action = ACTIONS[event.key];
  if (action && action(event) !== false) event.preventDefault();
}

const ACTIONS = {
  ArrowDown: () => (isOpen() ? move(1) : ask(0)),
  ArrowUp: () => isOpen() && move(-1),
  Enter: () => active >= 0 && choose(options()[active]),
  Tab: (event) => !event.shiftKey && isOpen() && (active >= 0 || isTyping()) && choose(options()[Math.max(active, 0)]),
  Escape: () => (isOpen() ? close() : leave()),
};

/** Whether a word has been begun that the first suggestion would complete; otherwise Tab leaves the box. */
function isTyping() {
  const first = options()[0];
  return first.dataset.start !== first.dataset.end;
}

function leave() {
  box().blur();
  document.getElementById("list")?.focus({ preventScroll: true });
}

function move(step) {
  const all = options();
  // One place before the first is the box itself.
  mark(((active + 1 + step + all.length + 1) % (all.length + 1)) - 1);
  return true;
}

function mark(at) {
  const all = options();
  active = at;
  all.forEach((option, number) => option.setAttribute("aria-selected", String(number === active)));
  if (active < 0) box().removeAttribute("aria-activedescendant");
  else box().setAttribute("aria-activedescendant", all[active].id);
  all[active]?.scrollIntoView({ block: "nearest" });
}

/** Put a suggestion in the place of what was typed; behind a key, go on with its values. */
function choose(option) {
  if (!option) return false;
  const input = box();
  const letters = Array.from(input.value); // columns count characters, not halves of them
  const { text, start, end } = option.dataset;
  const isKey = /[=:<>]$/.test(text);
  // What was typed since the list came belongs to the word that is replaced.
  const caret = Array.from(input.value.slice(0, input.selectionStart)).length;
  const behind = letters.slice(Math.max(Number(end), caret)).join("");
  const head = letters.slice(0, Number(start)).join("") + text + (isKey || behind.startsWith(" ") ? "" : " ");
  input.value = head + behind;
  input.setSelectionRange(head.length, head.length);
  if (isKey) ask(0);
  else close();
  return true;
}

// The lines of a dialog as places: the next ones come when the end comes near, links lead to one, reading goes on there.
const BAR = 60; // what covers the upper edge of the pane
const STEP = 10;
let restore = null;

const box = () => document.getElementById("dialog");

/** The number of the last line that is here. */
export function last(dialog) {
  const all = dialog.getElementsByClassName("line");
  return Number(all[all.length - 1]?.dataset.seq ?? 0);
}

/** The line of a number; where it is folded away, what tells of it. */
export function place(seq) {
  const line = document.getElementById(`L${seq}`);
  if (!line || line.checkVisibility()) return line;
  let next = line;
  while (next?.matches(".line, .lesson")) next = next.nextElementSibling;
  return next?.querySelector("[data-line]") ?? line;
}

/** Change the page and keep the line that is read where it is on the screen. */
export function keepPlace(change) {
  const restored = hold();
  change();
  restored();
  requestAnimationFrame(restored); // lines that were never drawn take their true height only then
}

function hold() {
  const pane = document.getElementById("pane");
  const seen = pane?.scrollTop ? reading(pane) : null;
  const before = seen?.getBoundingClientRect().top;
  return () => {
    if (!seen) return;
    const now = document.getElementById(seen.id) ?? seen;
    if (now.checkVisibility()) pane.scrollTop += now.getBoundingClientRect().top - before;
  };
}

/** The first line that is wholly in sight. */
function reading(pane) {
  const { top, right, bottom } = pane.getBoundingClientRect();
  for (let y = top + BAR; y < bottom; y += STEP) {
    const line = document.elementFromPoint(right - STEP, y)?.closest("#dialog > .line");
    if (line) return line;
  }
  return null;
}

export function start() {
  look();
  document.addEventListener("htmx:afterSettle", look);
  document.addEventListener("htmx:beforeSwap", (event) => {
    restore = event.detail.target.id === "head" ? hold() : null;
  });
  document.addEventListener("htmx:afterSwap", () => {
    restore?.();
    restore = null;
  });
  addEventListener("hashchange", () => find(location.hash.slice(1), true));
}

/** Wait for the end to come near, and go to the line that the address names. */
export function look() {
  const dialog = box();
  const more = dialog?.querySelector(":scope > [data-more]");
  if (more) reveal.observe(more);
  if (!dialog) return;
  const id = location.hash.slice(1) || dialog.dataset.at || "";
  if (dialog.dataset.sought !== id) find(id, false);
}

/** Observed again, a mark reports again. */
export function again() {
  const more = box()?.querySelector(":scope > [data-more]");
  if (more) reveal.unobserve(more);
  look();
}

function find(id, asked) {
  const dialog = box();
  if (!dialog || !/^L\d+$/.test(id)) return;
  const more = dialog.querySelector(":scope > [data-more]");
  if (!document.getElementById(id) && more) {
    load(dialog, more, id.slice(1));
    return;
  }
  dialog.dataset.sought = id;
  for (const old of dialog.querySelectorAll(".found")) old.classList.remove("found");
  const line = place(id.slice(1));
  line?.classList.add("found");
  // In the pane of a message, its tabs are to stay in sight.
  line?.scrollIntoView({ block: asked || dialog.dataset.at ? "nearest" : "center" });
}

/** Put the next lines in the place of their mark. By hand: htmx looks up every id of what it swaps, one by one. */
async function load(dialog, more, until) {
  if (more.dataset.busy) return;
  more.dataset.busy = "1";
  const url = new URL(more.dataset.more, location.href);
  if (until) url.searchParams.set("until", until);
  try {
    const response = await fetch(url, { headers: { "HX-Request": "true" } });
    const html = await response.text();
    if (!response.ok || !more.isConnected) return;
    more.insertAdjacentHTML("afterend", html);
    more.remove();
    document.dispatchEvent(new CustomEvent("sandpost:lines"));
    look();
  } catch {
    delete more.dataset.busy; // the next hello of the socket tries again
  }
}

const reveal = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting && box()) load(box(), entry.target);
});

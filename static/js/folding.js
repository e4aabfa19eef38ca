// The same mail again, one after the other, is one row with "+12"; a click on that, or the right arrow, unfolds it.
const open = new Set(); // keys of the last rows of what was unfolded: what comes on top of it does not fold it again

export function start() {
  document.addEventListener("sandpost:rows", fold);
  document.addEventListener("click", clicked, true);
}

const rows = () => Array.from(document.querySelectorAll("#rows > .message"));

/** Every run of rows with the same mail, newest first. */
function runs() {
  const found = [];
  for (const row of rows()) {
    const last = found.at(-1);
    const same = row.dataset.same;
    if (last && same && last[0].dataset.same === same && last.at(-1).nextElementSibling === row) last.push(row);
    else found.push([row]);
  }
  return found;
}

/** Fold what belongs together; also for the selection, which asks for what a row stands for. */
export function fold() {
  for (const run of runs()) {
    const unfolded = run.some((row) => open.has(row.dataset.row));
    run.forEach((row, at) => {
      row.classList.toggle("under", at > 0 && !unfolded);
      row.classList.toggle("unfolded", unfolded && run.length > 1);
      tell(row, at === 0 ? run.length - 1 : 0);
    });
  }
}

/** Write how many follow, as webui/messages/row.py does. */
function tell(row, followers) {
  const old = row.querySelector(".folded");
  if (!followers) return old?.remove();
  const badge = old ?? Object.assign(document.createElement("b"), { className: "folded", title: "The same mail again: show it (→)" });
  const words = Object.assign(document.createElement("span"), { className: "unseen", textContent: " like this" });
  if (badge.firstChild?.textContent !== `+${followers}`) badge.replaceChildren(`+${followers}`, words);
  if (!old) row.querySelector(".who").append(badge);
  return undefined;
}

function runOf(row) {
  return runs().find((run) => run.includes(row)) ?? [row];
}

/** The rows that one stands for: itself, and what is folded under it. */
export function under(row) {
  const run = runOf(row);
  return run[0] === row && run.at(-1).classList.contains("under") ? run : [row];
}

/** Unfold or fold the run of a row; false where there is nothing to. */
export function unfold(row, wanted) {
  const run = row ? runOf(row) : [];
  if (run.length < 2 || run[0].classList.contains("unfolded") === wanted) return false;
  for (const each of run) {
    if (wanted) open.add(each.dataset.row);
    else open.delete(each.dataset.row);
  }
  fold();
  run[0].querySelector(":scope > a").focus({ preventScroll: true });
  return true;
}

function clicked(event) {
  const badge = event.target.closest("#rows .folded");
  if (!badge) return;
  event.preventDefault();
  event.stopPropagation();
  const row = badge.closest(".row");
  unfold(row, !row.classList.contains("unfolded"));
}

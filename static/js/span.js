// The rows that are on the page: a span of the whole list, which goes on at either end when someone scrolls there.
const MOST_ROWS = 600;
const KEPT_ROWS = 400;
const MOST_HIDDEN = 250; // rows folded away at the end: more of the same come on a click, not by themselves

export class Span {
  #busy = { newer: false, older: false };
  #age = 0;
  idle = Promise.resolve();

  constructor(list) {
    this.list = list;
    this.rows = list.rows;
    this.scroller = list.scroller;
    this.observer = new IntersectionObserver((seen) => this.#reached(seen), { root: this.scroller, rootMargin: "600px 0px" });
    for (const end of this.rows.querySelectorAll(":scope > .more")) this.#watch(end);
    if (!this.isNewest) this.#reveal();
  }

  /** Whether nothing newer lies above the first row, as far as the page knows. */
  get isNewest() {
    return !this.rows.querySelector(":scope > [data-newer]");
  }

  get isBusy() {
    return this.#busy.newer || this.#busy.older;
  }

  get #all() {
    return this.rows.querySelectorAll(":scope > [data-row]");
  }

  #end(name) {
    return this.rows.querySelector(name === "newer" ? ":scope > [data-newer]" : ":scope > [data-more]");
  }

  /** Say that the list goes on; with `before`, from a place that lies beyond the last row. */
  #mark(name, before = "") {
    const end = document.createElement("li");
    end.className = "more";
    end.dataset[name === "newer" ? "newer" : "more"] = "";
    end.append(Object.assign(document.createElement("span"), { textContent: name === "newer" ? "Loading newer" : "Loading more" }));
    if (before) end.dataset.before = before;
    if (name === "newer") this.rows.prepend(end);
    else this.rows.append(end);
    this.#watch(end);
  }

  #watch(end) {
    end.addEventListener("click", () => this.#go(end));
    this.observer.observe(end);
  }

  /** The message that is open stands somewhere in the middle. */
  #reveal() {
    this.rows.querySelector(":scope > .row:has(> a[aria-current])")?.scrollIntoView({ block: "center" });
  }

  #reached(seen) {
    for (const { isIntersecting, target } of seen) if (isIntersecting && !this.#isBuried(target)) this.#go(target);
  }

  #isBuried(end) {
    if (!("more" in end.dataset)) return false;
    let hidden = 0;
    for (let row = end.previousElementSibling; row?.classList.contains("under") && !row.offsetParent; row = row.previousElementSibling) hidden += 1;
    end.firstElementChild.textContent = hidden < MOST_HIDDEN ? "Loading more" : "Show more";
    return hidden >= MOST_HIDDEN;
  }

  #go(end) {
    this.idle = Promise.all([this.idle, this.#load(end)]);
  }

  async #load(end) {
    const name = "newer" in end.dataset ? "newer" : "older";
    const last = name === "newer" ? this.#all[0] : [...this.#all].at(-1);
    if (this.#busy[name] || !end.isConnected) return;
    this.#busy[name] = true;
    const age = this.#age;
    try {
      const before = end.dataset.before ?? last?.dataset.row;
      const query = name === "newer" ? { after: last?.dataset.row ?? 0 } : before ? { before } : {};
      const page = await this.list.fetch(this.rows.dataset.rows, query);
      if (age === this.#age) this.#extend(name, page);
    } catch {
      // The next time that this end comes into sight, or a click on it.
    } finally {
      this.#busy[name] = false;
    }
  }

  #extend(name, page) {
    this.#end(name)?.remove();
    const fresh = page.rows.filter((row) => !this.list.has(row));
    this.steady(() => {
      if (name === "newer") this.prepend(fresh);
      else this.#append(fresh);
      if (page.more) this.#mark(name, page.before);
      this.prune(name === "newer" ? "older" : "newer");
      this.list.changed();
    });
    if (name === "newer" && !page.more) this.#caughtUp();
  }

  /** The newest is here: from now on what arrives comes in by itself, beginning with what came meanwhile. */
  #caughtUp() {
    this.list.cursor = Number(this.#all[0]?.dataset.row ?? this.list.cursor);
    this.list.sync();
  }

  prepend(fresh) {
    this.#end("newer")?.after(...fresh);
    if (this.isNewest) this.rows.prepend(...fresh);
    this.#process(fresh);
    for (const row of fresh) this.#onlyOne(row);
  }

  #append(fresh) {
    const known = fresh.filter((row) => !row.dataset.thread || !this.rows.querySelector(`:scope > [data-thread="${row.dataset.thread}"]`));
    this.rows.append(...known);
    this.#process(known);
  }

  #process(rows) {
    rows.forEach((row) => htmx.process(row));
  }

  /** A thread is one row: its newest message. Its number is the key of the first one, which may not know of it yet. */
  #onlyOne(row) {
    const { thread } = row.dataset;
    if (!thread || !this.list.threads) return;
    const kin = [...this.rows.querySelectorAll(`:scope > :is([data-thread="${thread}"], [data-row="${thread}"])`)];
    kin.sort((one, other) => Number(other.dataset.row) - Number(one.dataset.row));
    for (const other of kin.slice(1)) other.remove();
  }

  /** Do something to the rows while the one at the top of what is seen stays where it is. */
  steady(change, wanted = true) {
    const top = this.scroller.getBoundingClientRect().top;
    const anchor = wanted && Array.from(this.#all).find((row) => row.offsetParent && row.getBoundingClientRect().bottom > top);
    const before = anchor && anchor.getBoundingClientRect().top;
    change();
    if (anchor?.isConnected && anchor.offsetParent) this.scroller.scrollTop += anchor.getBoundingClientRect().top - before;
  }

  /** Keep the page light: what lies far beyond one end can be loaded again. */
  prune(name) {
    const rows = [...this.#all];
    if (rows.length <= MOST_ROWS) return;
    this.#end(name)?.remove();
    for (const row of name === "newer" ? rows.slice(0, -KEPT_ROWS) : rows.slice(KEPT_ROWS)) row.remove();
    this.#mark(name);
  }

  /** Put the row as it is now in the place of the one that is here. */
  exchange(old, row) {
    for (const name of ["under", "unfolded"]) row.classList.toggle(name, old.classList.contains(name));
    const link = old.querySelector(":scope > a");
    if (plain(old) === plain(row)) return;
    const focused = link.contains(document.activeElement);
    old.replaceWith(row);
    this.#process([row]);
    this.#onlyOne(row);
    if (focused) row.querySelector(":scope > a").focus({ preventScroll: true });
  }

  insert(row) {
    const number = Number(row.dataset.row);
    const next = Array.from(this.#all).find((other) => Number(other.dataset.row) < number);
    const end = this.#end("older");
    if (!next && end) return; // its place lies on a page that is not here yet
    if (!this.isNewest && next === this.#all[0]) return;
    this.rows.insertBefore(row, next ?? null);
    this.#process([row]);
  }

  restart(page) {
    this.#age += 1;
    this.rows.replaceChildren(...page.rows);
    htmx.process(this.rows);
    if (page.more) this.#mark("older", page.before);
  }

  replace(above, below) {
    this.#age += 1;
    this.rows.replaceChildren(...above.rows, ...below.rows);
    htmx.process(this.rows);
    if (above.more) this.#mark("newer");
    if (below.more) this.#mark("older", below.before);
  }
}

/** What a row says, without what the page itself has written into it. */
function plain(row) {
  const link = row.querySelector(":scope > a").innerHTML.replace(/<b class="folded".*?<\/b>/, "");
  return [row.className.replace(/ (arrived|picked|under|unfolded)/g, ""), row.dataset.read, row.dataset.starred, row.dataset.same, row.dataset.thread, link].join();
}

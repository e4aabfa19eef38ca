// A list of rows that stays true: arrival, reconnect and waking up all fetch by the same cursor.
const CHUNK = 100; // ids in one request, as the server allows
const MOST_BATCHES = 6; // further behind than this: start over from the newest
const PAUSE = 100; // at least, between two rounds
const SHARE = 4; // and this many times as long as a round took: a flood must not keep the server busy with pages
const LONGEST_PAUSE = 2000;
const MOST_ROWS = 600;
const KEPT_ROWS = 300;

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class LiveList {
  #todo = { sync: false, all: false, ids: new Set() };
  #running = false;

  constructor(rows) {
    this.rows = rows;
    this.scroller = rows.closest(".list");
    this.cursor = Number(rows.dataset.cursor);
    this.filter = rows.dataset.q ?? ""; // what meets it may come late, and go
    this.unseen = 0;
    this.pill = document.getElementById("pill");
    this.pill?.addEventListener("click", () => this.scroller.scrollTo({ top: 0, behavior: "auto" }));
    this.scroller.addEventListener("scroll", () => this.#atTop() && this.#count(0), { passive: true });
  }

  /** Fetch what is newer than the cursor. */
  sync() {
    this.#todo.sync = true;
    this.#run();
  }

  /** Fetch the named rows again; null stands for all that are here. */
  refresh(ids) {
    if (ids === null) this.#todo.all = true;
    else for (const id of ids) if (this.row(id) || this.filter) this.#todo.ids.add(id);
    this.#run();
  }

  remove(ids) {
    for (const id of ids) this.row(id)?.remove();
    this.#changed();
  }

  row(id) {
    return this.rows.querySelector(`:scope > [data-id="${CSS.escape(id)}"]`);
  }

  get isEmpty() {
    return !this.rows.querySelector(":scope > [data-row], :scope > [data-more]");
  }

  /** Do what has been asked for while the page was hidden. */
  wake() {
    this.#run();
  }

  async #run() {
    if (this.#running) return;
    this.#running = true;
    try {
      while (this.#isWanted()) {
        const began = performance.now();
        const todo = this.#todo;
        this.#todo = { sync: false, all: false, ids: new Set() };
        if (todo.sync) await this.#catchUp();
        const ids = todo.all ? this.#ids() : [...todo.ids];
        for (let at = 0; at < ids.length; at += CHUNK) await this.#reload(ids.slice(at, at + CHUNK));
        if (todo.all && this.filter) this.#upsert(await this.#fetch(this.rows.dataset.rows, {}));
        await wait(Math.max(PAUSE, Math.min(SHARE * (performance.now() - began), LONGEST_PAUSE)));
      }
    } catch {
      // The server is away: the next hello of the socket starts this again.
    } finally {
      this.#running = false;
    }
  }

  /** A page that nobody sees waits until somebody does: waking up is this same loop. */
  #isWanted() {
    const todo = this.#todo;
    return this.rows.isConnected && !document.hidden && (todo.sync || todo.all || todo.ids.size);
  }

  #ids() {
    return Array.from(this.rows.querySelectorAll(":scope > [data-id]"), (row) => row.dataset.id);
  }

  async #fetch(path, query) {
    const url = new URL(path, location.href);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    if (this.filter) url.searchParams.set("q", this.filter);
    const response = await fetch(url, { headers: { "HX-Request": "true" } });
    if (!response.ok) throw new Error(`${response.status} from ${path}`);
    const template = document.createElement("template");
    template.innerHTML = await response.text();
    template.more = response.headers.get("X-More") === "1";
    return template;
  }

  async #catchUp() {
    for (let batch = 0; ; batch += 1) {
      if (batch === MOST_BATCHES) return this.#startOver();
      const page = await this.#fetch(this.rows.dataset.rows, { after: this.cursor });
      this.#arrive(Array.from(page.content.querySelectorAll("[data-row]")));
      if (!page.more) return undefined;
    }
  }

  async #startOver() {
    const page = await this.#fetch(this.rows.dataset.rows, {});
    this.rows.replaceChildren(...page.content.children);
    htmx.process(this.rows);
    for (const row of this.rows.querySelectorAll("[data-row]")) this.#saw(row);
    this.scroller.scrollTop = 0;
    this.#count(0);
    this.#changed();
  }

  #saw(row) {
    this.cursor = Math.max(this.cursor, Number(row.dataset.row));
  }

  /** Put new rows, newest first, on top; what someone is reading stays where it is. */
  #arrive(found) {
    found.forEach((row) => this.#saw(row));
    const fresh = found.filter((row) => !this.rows.querySelector(`:scope > [data-row="${row.dataset.row}"]`));
    if (!fresh.length) return;
    const scrolled = !this.#atTop();
    const height = this.scroller.scrollHeight;
    for (const row of fresh) {
      row.classList.add("arrived");
      row.addEventListener("animationend", () => row.classList.remove("arrived"), { once: true });
    }
    this.rows.prepend(...fresh);
    fresh.forEach((row) => htmx.process(row));
    if (scrolled) {
      this.scroller.scrollTop += this.scroller.scrollHeight - height;
      this.#count(this.unseen + fresh.length);
    } else {
      this.#prune();
    }
    document.dispatchEvent(new CustomEvent("sandpost:arrived", { detail: { count: fresh.length } }));
    this.#changed();
  }

  async #reload(ids) {
    const open = this.rows.querySelector(":scope > .row:has(> a[aria-current])")?.dataset.id ?? "";
    const page = await this.#fetch(this.rows.dataset.refresh, { ids: ids.join(","), open });
    const known = this.#upsert(page);
    for (const id of ids) if (!known.has(id)) this.row(id)?.remove();
    this.#changed();
  }

  #upsert(page) {
    const known = new Set();
    for (const row of page.content.querySelectorAll("[data-row]")) {
      known.add(row.dataset.id);
      const old = this.row(row.dataset.id);
      if (old) this.#replace(old, row);
      else if (this.filter) this.#insert(row);
    }
    return known;
  }

  #replace(old, row) {
    if (old.innerHTML === row.innerHTML && old.dataset.read === row.dataset.read) return;
    const focused = old.contains(document.activeElement);
    old.replaceWith(row);
    htmx.process(row);
    if (focused) row.querySelector("a").focus({ preventScroll: true });
  }

  #insert(row) {
    const number = Number(row.dataset.row);
    const next = Array.from(this.rows.children).find((other) => Number(other.dataset.row ?? 0) < number);
    if (next && "more" in next.dataset) return; // its place lies on a page that is not here yet
    this.rows.insertBefore(row, next ?? null);
    htmx.process(row);
  }

  /** Keep the page light under a flood: what lies far below can be loaded again. */
  #prune() {
    const rows = this.rows.querySelectorAll(":scope > [data-row]");
    if (rows.length <= MOST_ROWS) return;
    const last = rows[KEPT_ROWS - 1];
    while (last.nextElementSibling) last.nextElementSibling.remove();
    const more = document.createElement("li");
    more.className = "more";
    const url = new URL(this.rows.dataset.rows, location.href);
    url.searchParams.set("before", last.dataset.row);
    if (this.filter) url.searchParams.set("q", this.filter);
    const attributes = {
      "data-more": "", "hx-get": url.pathname + url.search, "hx-trigger": "intersect once root:#list",
      "hx-target": "this", "hx-swap": "outerHTML", "hx-push-url": "false",
    };
    for (const [name, value] of Object.entries(attributes)) more.setAttribute(name, value);
    last.after(more);
    htmx.process(more);
  }

  #atTop() {
    return this.scroller.scrollTop < 8;
  }

  #count(unseen) {
    this.unseen = unseen;
    if (!this.pill) return;
    this.pill.hidden = unseen === 0;
    this.pill.querySelector("span").textContent = `${unseen} new`;
  }

  #changed() {
    document.dispatchEvent(new CustomEvent("sandpost:rows", { detail: { list: this } }));
  }
}

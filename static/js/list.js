// A list of rows that stays true: arrival, reconnect and waking up all fetch by the same cursor.
import { Span } from "./span.js";

const CHUNK = 100; // ids in one request, as the server allows
const MOST_BATCHES = 6; // further behind than this: start over from the newest
const PAUSE = 100; // at least, between two rounds
const SHARE = 4; // and this many times as long as a round took: a flood must not keep the server busy with pages
const LONGEST_PAUSE = 2000;

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const nothing = () => ({ sync: false, all: false, again: false, ids: new Set() });

export class LiveList {
  #todo = nothing();
  #running = false;

  constructor(rows) {
    this.rows = rows;
    this.scroller = rows.closest(".list");
    this.cursor = Number(rows.dataset.cursor);
    this.filter = rows.dataset.q ?? ""; // what meets it may come late, and go
    this.threads = "threads" in this.scroller.dataset;
    this.unseen = 0;
    this.pill = document.getElementById("pill");
    this.pill?.addEventListener("click", () => this.#toTop());
    this.scroller.addEventListener("scroll", () => this.span.isNewest && this.#atTop() && this.#count(0), { passive: true });
    this.span = new Span(this);
  }

  /** Fetch what is newer than the cursor. */
  sync() {
    this.#todo.sync = true;
    this.#run();
  }

  /** Fetch the named rows again; null stands for all that are here. */
  refresh(ids) {
    if (ids === null) this.#todo.all = true;
    // A row that is on its way was perhaps written before the change: whether it is here is asked when its turn comes.
    else for (const id of ids) if (this.#running || this.span.isBusy || this.filter || this.row(id)) this.#todo.ids.add(id);
    this.#run();
  }

  remove(ids) {
    let gone = false;
    for (const id of ids) {
      gone ||= Boolean(this.row(id));
      this.row(id)?.remove();
    }
    // Where a row stood for a thread, the newest that is left stands for it now; which one that is the server knows.
    if (this.threads && gone) this.again();
    this.changed();
  }

  /** Begin anew, around what is in sight: rows came back between those that are here. */
  again() {
    this.#todo.again = true;
    this.#run();
  }

  row(id) {
    return this.rows.querySelector(`:scope > [data-id="${CSS.escape(id)}"]`);
  }

  get isEmpty() {
    return !this.rows.querySelector(":scope > [data-row], :scope > .more");
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
        this.#todo = nothing();
        if (todo.again) await this.#again();
        if (todo.sync) await this.#catchUp();
        await this.span.idle;
        const ids = todo.all ? this.#ids() : [...todo.ids].filter((id) => this.filter || this.row(id));
        for (let at = 0; at < ids.length; at += CHUNK) await this.#reload(ids.slice(at, at + CHUNK));
        if (todo.all && this.filter) this.#upsert(await this.fetch(this.rows.dataset.rows, {}));
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
    return this.rows.isConnected && !document.hidden && (todo.sync || todo.all || todo.again || todo.ids.size);
  }

  #ids() {
    return Array.from(this.rows.querySelectorAll(":scope > [data-id]"), (row) => row.dataset.id);
  }

  async fetch(path, query) {
    const url = new URL(path, location.href);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    if (this.filter) url.searchParams.set("q", this.filter);
    const response = await fetch(url, { headers: { "HX-Request": "true" } });
    if (!response.ok) throw new Error(`${response.status} from ${path}`);
    if (response.headers.get("Content-Type")?.includes("json")) return response.json();
    const template = document.createElement("template");
    template.innerHTML = await response.text();
    template.more = response.headers.get("X-More") === "1";
    template.before = template.content.querySelector("[data-before]")?.dataset.before ?? "";
    template.rows = Array.from(template.content.querySelectorAll("[data-row]"));
    return template;
  }

  async #catchUp() {
    if (!this.span.isNewest) return this.#tally();
    for (let batch = 0; ; batch += 1) {
      if (batch === MOST_BATCHES) return this.startOver();
      const page = await this.fetch(this.rows.dataset.rows, { after: this.cursor });
      if (!this.span.isNewest) return this.#tally();
      this.#arrive(page.rows);
      if (!page.more) return undefined;
    }
  }

  /** Far down in the list, what arrives is only counted: its place is not here. */
  async #tally() {
    const news = await this.fetch(this.rows.dataset.news, { after: this.cursor });
    if (this.span.isNewest) return this.sync(); // someone has scrolled up meanwhile: its place is here
    this.cursor = Math.max(this.cursor, news.newest);
    if (news.new) this.#count(this.unseen + news.new);
    if (news.new) document.dispatchEvent(new CustomEvent("sandpost:arrived", { detail: { count: news.new } }));
    return undefined;
  }

  async startOver() {
    const page = await this.fetch(this.rows.dataset.rows, {});
    this.span.restart(page);
    page.rows.forEach((row) => this.saw(row));
    this.scroller.scrollTop = 0;
    this.#count(0);
    this.changed();
  }

  async #again() {
    const top = this.#atTop() && this.span.isNewest;
    const first = this.rows.querySelector(":scope > [data-row]");
    const anchor = Array.from(this.rows.querySelectorAll(":scope > [data-row]")).find((row) => row.offsetParent && this.#isInSight(row));
    if (top || !anchor || !first) return this.startOver();
    const before = anchor.getBoundingClientRect().top;
    const below = await this.fetch(this.rows.dataset.rows, { before: Number(anchor.dataset.row) + 1 });
    const above = await this.fetch(this.rows.dataset.rows, { after: anchor.dataset.row });
    this.span.replace(above, below);
    if (!above.more) above.rows.forEach((row) => this.saw(row));
    const same = this.row(anchor.dataset.id);
    if (same) this.scroller.scrollTop += same.getBoundingClientRect().top - before;
    this.changed();
    return undefined;
  }

  #isInSight(row) {
    return row.getBoundingClientRect().bottom > this.scroller.getBoundingClientRect().top;
  }

  #toTop() {
    if (this.span.isNewest) this.scroller.scrollTo({ top: 0, behavior: "auto" });
    else this.startOver().catch(() => {});
  }

  saw(row) {
    this.cursor = Math.max(this.cursor, Number(row.dataset.row));
  }

  has(row) {
    return Boolean(this.rows.querySelector(`:scope > [data-row="${row.dataset.row}"]`));
  }

  /** Put new rows, newest first, on top; what someone is reading stays where it is. */
  #arrive(found) {
    found.forEach((row) => this.saw(row));
    const fresh = found.filter((row) => !this.has(row));
    if (!fresh.length) return;
    const scrolled = !this.#atTop();
    for (const row of fresh) {
      row.classList.add("arrived");
      row.addEventListener("animationend", () => row.classList.remove("arrived"), { once: true });
    }
    this.span.steady(() => {
      this.span.prepend(fresh);
      this.changed();
    }, scrolled);
    if (scrolled) this.#count(this.unseen + fresh.length);
    else this.span.prune("older");
    document.dispatchEvent(new CustomEvent("sandpost:arrived", { detail: { count: fresh.length } }));
  }

  async #reload(ids) {
    const open = this.rows.querySelector(":scope > .row:has(> a[aria-current])")?.dataset.id ?? "";
    const page = await this.fetch(this.rows.dataset.refresh, { ids: ids.join(","), open });
    const known = this.#upsert(page);
    for (const id of ids) if (!known.has(id)) this.row(id)?.remove();
    this.changed();
  }

  #upsert(page) {
    const known = new Set();
    for (const row of page.rows) {
      known.add(row.dataset.id);
      const old = this.row(row.dataset.id);
      if (old) this.span.exchange(old, row);
      else if (this.filter) this.span.insert(row);
    }
    return known;
  }

  #atTop() {
    return this.scroller.scrollTop < 8;
  }

  #count(unseen) {
    this.unseen = unseen;
    if (!this.pill) return;
    this.pill.hidden = unseen === 0;
    this.pill.querySelector("span").textContent = `${unseen.toLocaleString("en")} new`;
  }

  changed() {
    document.dispatchEvent(new CustomEvent("sandpost:rows", { detail: { list: this } }));
  }
}

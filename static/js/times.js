// Times in the browser's own zone: "3 min" that stays right, the exact time on hover.
const EVERY = 15000;
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const clock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hourCycle: "h23",
});

const day = new Intl.DateTimeFormat(undefined, { day: "2-digit", month: "short" });
const second = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

/** The time of day, or the day where that was longer ago. */
function timeOfDay(then, now) {
  return now - then < 86400000 ? second.format(then) : day.format(then);
}

/** The same rule as `ago` in webui/templatetags/sandpost.py, which writes the first version. */
export function ago(then, now) {
  const seconds = (now - then) / 1000;
  if (seconds < 45) return "now";
  if (seconds < 3570) return `${Math.max(1, Math.round(seconds / 60))} min`;
  if (seconds < 84600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} d`;
}

function refresh() {
  const now = Date.now();
  for (const element of document.querySelectorAll("time[data-relative], time[data-moment], time[data-clock]")) {
    const then = new Date(element.dateTime);
    const { moment, clock: ofDay } = element.dataset;
    const text = moment !== undefined ? clock.format(then) : ofDay !== undefined ? timeOfDay(then, now) : ago(then, now);
    if (element.textContent !== text) element.textContent = text;
    if (!element.dataset.zoned) {
      element.title = exact.format(then);
      element.dataset.zoned = "1";
    }
  }
}

export function start() {
  refresh();
  setInterval(refresh, EVERY);
  document.addEventListener("htmx:afterSettle", refresh);
  document.addEventListener("sandpost:rows", refresh);
}

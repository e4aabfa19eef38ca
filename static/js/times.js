// Times in the zone and the format that somebody likes: "3 min" that stays right, the exact time on its title.
// The rules are those of webui/clock.py, which writes the first version.
const EVERY = 15000;
const DAY = 86400000;
const OLD = 300 * DAY;
let fields = null;

const likes = () => document.documentElement.dataset;

/** What a moment is called in the zone that was chosen, or in the browser's own. */
function formatter() {
  const options = {
    weekday: "long", year: "numeric", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit",
    fractionalSecondDigits: 3, hourCycle: "h23", timeZoneName: "longOffset",
  };
  try {
    return new Intl.DateTimeFormat("en-US", { ...options, timeZone: likes().zone || undefined });
  } catch {
    return new Intl.DateTimeFormat("en-US", options); // the server knows zones that this browser does not
  }
}

function pieces(then) {
  fields ??= formatter();
  const parts = Object.fromEntries(fields.formatToParts(then).map(({ type, value }) => [type, value]));
  return { ...parts, short: parts.month.slice(0, 3), offset: parts.timeZoneName.replace("GMT", "UTC") };
}

function clock({ hour, minute, second, fractionalSecond }, exact) {
  const rest = `${minute}:${second}${exact ? `.${fractionalSecond}` : ""}`;
  return likes().hours === "12" ? `${hour % 12 || 12}:${rest} ${hour < 12 ? "am" : "pm"}` : `${hour}:${rest}`;
}

function ago(then, now) {
  const seconds = (now - then) / 1000;
  if (seconds < 45) return "now";
  if (seconds < 3570) return `${Math.max(1, Math.round(seconds / 60))} min`;
  if (seconds < 84600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} d`;
}

function short(then, now) {
  const at = pieces(then);
  if (now - then < DAY) return clock(at, false);
  return now - then < OLD ? `${at.day} ${at.short}` : `${at.short} ${at.year}`;
}

function full(then) {
  const at = pieces(then);
  return `${at.day} ${at.short} ${at.year}, ${clock(at, true)}${likes().zone ? ` ${at.offset}` : ""}`;
}

function title(then) {
  const at = pieces(then);
  const zone = likes().zone || fields.resolvedOptions().timeZone;
  return `${at.weekday}, ${at.day} ${at.month} ${at.year}, ${clock(at, true)} ${at.offset}${zone === "UTC" ? "" : ` (${zone})`}`;
}

function refresh() {
  const now = Date.now();
  for (const element of document.querySelectorAll("time[data-relative], time[data-moment], time[data-clock]")) {
    const then = new Date(element.dateTime);
    const { moment, clock: ofDay } = element.dataset;
    if (moment !== undefined && element.dataset.zoned) continue;
    const text = moment !== undefined ? full(then) : ofDay !== undefined ? short(then, now) : ago(then, now);
    if (element.textContent !== text) element.textContent = text;
    if (!element.dataset.zoned) {
      element.title = title(then);
      element.dataset.zoned = "1";
    }
  }
}

/** Write every time anew, after the zone, the format or the kind has changed. */
export function rewrite() {
  fields = null;
  const [wanted, other] = likes().time === "clock" ? ["clock", "relative"] : ["relative", "clock"];
  for (const element of document.querySelectorAll("time")) {
    delete element.dataset.zoned;
    if (other in element.dataset) {
      delete element.dataset[other];
      element.dataset[wanted] = "";
    }
  }
  refresh();
}

export function start() {
  refresh();
  setInterval(refresh, EVERY);
  document.addEventListener("htmx:afterSettle", refresh);
  document.addEventListener("sandpost:rows", refresh);
}

// The websocket: reconnects for ever. Frames are hints; whoever listens fetches the truth by cursor.
const FIRST_DELAY = 500;
const LONGEST_DELAY = 5000;
const BEAT = 25000;
const PATIENCE = 8000;

const handlers = new Map();
let socket = null;
let delay = FIRST_DELAY;
let retry = 0;
let beat = 0;
let deadline = 0;

/** Call `handler(frame)` for each frame of a type; `state` is told "live" or "lost". */
export function on(type, handler) {
  if (!handlers.has(type)) handlers.set(type, []);
  handlers.get(type).push(handler);
}

function tell(type, value) {
  for (const handler of handlers.get(type) ?? []) handler(value);
}

export function send(frame) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
}

export function connect() {
  clearTimeout(retry);
  const url = new URL("/ws/", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  socket = new WebSocket(url);
  socket.addEventListener("open", opened);
  socket.addEventListener("message", received);
  socket.addEventListener("close", closed);
}

function opened() {
  delay = FIRST_DELAY;
  beat = setInterval(check, BEAT);
  tell("state", "live");
}

function received(event) {
  clearTimeout(deadline);
  deadline = 0;
  const frame = JSON.parse(event.data);
  tell(frame.type, frame);
}

function closed(event) {
  if (event.target !== socket) return;
  clearInterval(beat);
  clearTimeout(deadline);
  deadline = 0;
  tell("state", "lost");
  retry = setTimeout(connect, delay * (0.7 + 0.6 * Math.random()));
  delay = Math.min(delay * 2, LONGEST_DELAY);
}

/** Ask for a sign of life: a connection that died without a word (sleep, a new network) is found out here. */
function check() {
  if (socket?.readyState !== WebSocket.OPEN || deadline) return;
  send({ ping: 1 });
  deadline = setTimeout(() => {
    const dead = socket;
    socket = null;
    dead.close();
    clearInterval(beat);
    deadline = 0;
    tell("state", "lost");
    connect();
  }, PATIENCE);
}

function wake() {
  if (document.visibilityState === "hidden") return;
  if (socket?.readyState === WebSocket.OPEN) check();
  else if (socket?.readyState !== WebSocket.CONNECTING) connect();
}

addEventListener("online", wake);
addEventListener("pageshow", (event) => event.persisted && wake());
document.addEventListener("visibilitychange", wake);

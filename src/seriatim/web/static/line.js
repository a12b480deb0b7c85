// The station's script: it follows the feed, tells when the feed is silent, and gives the keys their acts.
// Every page of the line works without it.

const STALE_AFTER_MS = 12_000;
const body = document.body;
const contact = document.getElementById("contact");
const time = document.getElementById("time");
let heardAt = Date.now();
let isOver = false;

const hour = (date) => date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });

function say(words, stale = false) {
  if (!contact || contact.textContent === words) return;
  contact.textContent = words;
  contact.toggleAttribute("data-stale", stale);
}

// A moment is the parts of the page, drawn anew by the server; only what differs is replaced.
function show(html) {
  const moment = document.createElement("template");
  moment.innerHTML = html;
  for (const fresh of moment.content.querySelectorAll("[data-part]")) {
    const shown = document.querySelector(`[data-part="${fresh.dataset.part}"]`);
    if (!shown || shown.outerHTML === fresh.outerHTML) continue;
    for (const { name, value } of fresh.attributes) shown.setAttribute(name, value);
    shown.replaceChildren(...fresh.childNodes);
    if (fresh.dataset.word) document.title = `${fresh.dataset.word}, ${body.dataset.line} · Seriatim`;
  }
}

function listen(address) {
  const isPlayback = address.includes("replay=1");
  const feed = new EventSource(address);
  const heard = () => {
    heardAt = Date.now();
    say(isPlayback ? "playback" : "in step");
  };
  feed.addEventListener("moment", (event) => {
    heard();
    show(event.data);
  });
  feed.addEventListener("beat", heard);
  feed.addEventListener("end", () => {
    feed.close();
    isOver = true;
    say("playback ended");
  });
  feed.addEventListener("error", () => {
    if (feed.readyState === EventSource.CLOSED && !isOver) {
      isOver = true;
      say("cut off, reload", true);
    }
  });
  setInterval(() => {
    if (!isOver && Date.now() - heardAt > STALE_AFTER_MS) say(`silent since ${hour(new Date(heardAt))}`, true);
  }, 1000);
  addEventListener("pagehide", () => feed.close());
}

if (body.dataset.feed) listen(body.dataset.feed);

if (time) {
  const tick = () => {
    time.textContent = hour(new Date());
  };
  tick();
  setInterval(tick, 5000);
}

// The keys on the panel's keyboard; a key without an act here keeps its meaning.
addEventListener("keydown", (event) => {
  const act = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!act || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  act.click();
});

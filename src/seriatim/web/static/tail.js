// New events slide in on top of the list as they come; they can be held back. The list works without this.

const STALE_AFTER_MS = 12_000;
const ROWS_MAX = 500;
const box = document.getElementById("tail");
const body = document.getElementById("events");
const button = box.querySelector("button");
const said = box.querySelector(".fresh");
let heardAt = Date.now();
let waiting = [];

const isHeld = () => button.getAttribute("aria-pressed") === "true";

function say() {
  const number = waiting.length;
  said.textContent = isHeld() ? `Paused, ${number} new` : "Live";
  button.querySelector("span").textContent = isHeld() ? "Go on" : "Pause";
}

// Rows come the oldest first; what the page shows already (it was told while the page was made) is left out.
function show(rows) {
  if (!body) {
    location.reload();
    return;
  }
  const fresh = rows.filter((row) => !document.getElementById(row.id));
  for (const row of fresh) {
    row.classList.add("arrived");
    body.prepend(row);
  }
  if (body.rows.length > ROWS_MAX) {
    feed.close();
    said.textContent = "Many new events: load the list anew";
    button.hidden = true;
  }
}

const feed = new EventSource(box.dataset.tail);

function heard() {
  heardAt = Date.now();
  box.removeAttribute("data-stale");
}

feed.addEventListener("beat", heard);
feed.addEventListener("rows", (event) => {
  heard();
  const part = document.createElement("template");
  part.innerHTML = `<table><tbody>${event.data}</tbody></table>`;
  const rows = [...part.content.querySelectorAll("tr")];
  if (isHeld()) waiting.push(...rows);
  else show(rows);
  say();
});

button.addEventListener("click", () => {
  button.setAttribute("aria-pressed", String(!isHeld()));
  if (!isHeld()) {
    show(waiting);
    waiting = [];
  }
  say();
});

setInterval(() => box.toggleAttribute("data-stale", Date.now() - heardAt > STALE_AFTER_MS), 1000);
addEventListener("pagehide", () => feed.close());
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
box.hidden = false;

// The slider over the moments of a thing: each stop is an event, the last is now. Parts of the page that depend on the
// moment are fetched and put in place; the page works without this, by the field and the links beside it.

const form = document.getElementById("timebar");
const slider = form.querySelector("input[type=range]");
const output = form.querySelector("output");
const squares = [...form.querySelectorAll(".squaresline i")];
const stops = JSON.parse(slider.dataset.stops);
let wanted = "";

function tell() {
  const [label] = stops[slider.value];
  output.textContent = label;
  slider.setAttribute("aria-valuetext", label);
}

function draw() {
  const at = Number(slider.value);
  const isNow = at === stops.length - 1;
  squares.forEach((square, number) => square.classList.toggle("come", isNow || number <= at));
}

// Only the newest wish counts: a slider is faster than a server.
async function show(path, push = true) {
  wanted = path;
  const answer = await fetch(path, { headers: { accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (wanted !== path) return;
  const parts = [...page.querySelectorAll("[data-moment]")];
  if (!answer.ok || parts.length === 0) {
    location.assign(path);
    return;
  }
  for (const part of parts) {
    const shown = document.getElementById(part.id);
    if (!shown) continue;
    shown.replaceChildren(...part.childNodes);
    for (const { name, value } of part.attributes) shown.setAttribute(name, value);
    if (!part.dataset.state) shown.removeAttribute("data-state");
  }
  slider.value = page.querySelector("#timebar input[type=range]").value;
  tell();
  draw();
  if (push) history.replaceState(null, "", path);
}

slider.addEventListener("input", () => {
  tell();
  draw();
});
slider.addEventListener("change", () => show(stops[slider.value][1]));
document.addEventListener("click", (event) => {
  const link = event.target.closest(".timebar a, a.then");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  const relation = link.getAttribute("rel");
  show(link.getAttribute("href")).then(() => {
    if (relation) document.querySelector(`.timebar a[rel="${relation}"]`)?.focus();
  });
});
tell();

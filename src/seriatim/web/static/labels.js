// The label editor's small conveniences; the page works without them.

const source = document.getElementById("l-source");

// A fault's line is marked in the text and brought into view.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-line]");
  if (!link) return;
  event.preventDefault();
  const lines = source.value.split("\n");
  const number = Number(link.dataset.line);
  const start = lines.slice(0, number - 1).reduce((length, line) => length + line.length + 1, 0);
  source.focus();
  source.setSelectionRange(start, start + (lines[number - 1] ?? "").length);
  source.scrollTop = (number - 4) * Number.parseFloat(getComputedStyle(source).lineHeight);
});

// Whatever comes back that is no preview (the sign-in page, an error) leaves the picture as it is.
document.querySelector(".labeleditor").addEventListener("htmx:before:swap", (event) => {
  const { response, text } = event.detail.ctx;
  if (response.status !== 200 || !text.includes("data-part")) event.preventDefault();
});

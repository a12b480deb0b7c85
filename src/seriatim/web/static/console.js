// The console's small conveniences; every page works without them.

const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

// Ctrl+K goes to the finder, from anywhere. J and K walk along the rows of a list, Enter opens one.
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    document.getElementById("find")?.focus();
    return;
  }
  const step = { j: 1, k: -1 }[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const links = [...document.querySelectorAll("[data-rows] tbody tr")].map((row) => row.querySelector("a")).filter(Boolean);
  if (links.length === 0) return;
  const row = document.activeElement?.closest("tr");
  const at = links.findIndex((link) => link.closest("tr") === row);
  const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), links.length - 1);
  links[next].focus();
  links[next].scrollIntoView({ block: "nearest" });
});

// A live part is fetched again by htmx. Only that very part may replace it: when an error or the sign-in page comes
// back, or nothing, the part stays as it was and says that it is stale.
for (const part of document.querySelectorAll("[data-live]")) {
  const isStale = (stale) => part.toggleAttribute("data-stale", stale);
  part.addEventListener("htmx:before:request", (event) => {
    if (document.hidden) event.preventDefault();
  });
  part.addEventListener("htmx:before:swap", (event) => {
    const { response, text } = event.detail.ctx;
    const isPart = response.status === 200 && text.includes("data-part");
    if (!isPart) event.preventDefault();
    isStale(!isPart);
  });
  part.addEventListener("htmx:error", () => isStale(true));
}

// A menu that is open closes when one looks elsewhere, or by Escape.
const menus = "details.pick[open], details.account[open]";
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(menus)) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll(menus)) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// The console's small conveniences; every page works without them.

// Ctrl+K goes to the finder, from anywhere.
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    document.getElementById("find")?.focus();
  }
});

// A copy button copies the bare id: no gaps, no hyphens.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.setAttribute("data-copied", "");
  setTimeout(() => button.removeAttribute("data-copied"), 1200);
});

// A part that is live fetches itself again; when that fails it says that it is stale.
for (const part of document.querySelectorAll("[data-live]")) {
  const every = Number(part.dataset.every || 5) * 1000;
  const refresh = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(part.dataset.live, { headers: { "hx-request": "true" } });
      if (!answer.ok) throw new Error(answer.statusText);
      part.innerHTML = await answer.text();
      part.removeAttribute("data-stale");
    } catch {
      part.setAttribute("data-stale", "");
    }
  };
  setInterval(refresh, every);
}

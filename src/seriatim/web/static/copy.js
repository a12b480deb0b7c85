// A copy button copies the bare id: no gaps, no hyphens; or the text of a part of the page.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  const { copy, copyFrom } = button.dataset;
  await navigator.clipboard.writeText(copy ?? document.querySelector(copyFrom).textContent);
  button.setAttribute("data-copied", "");
  setTimeout(() => button.removeAttribute("data-copied"), 1200);
});

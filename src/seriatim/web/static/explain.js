// A keyboard scanner sends the separator (GS, 0x1D) as Ctrl+] , which a field would swallow: it is written out instead.
const field = document.getElementById("text");

function write(words) {
  field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
}

field.addEventListener("keydown", (event) => {
  if (event.key !== "\u001d" && !(event.ctrlKey && !event.altKey && event.key === "]")) return;
  event.preventDefault();
  write("{GS}");
});

// What is pasted keeps its separators.
field.addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text");
  if (!text.includes("\u001d")) return;
  event.preventDefault();
  write(text.replaceAll("\u001d", "{GS}"));
});

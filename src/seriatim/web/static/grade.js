// Drop, paste, preview. The page works without them: a file field and a button.

const form = document.getElementById("gradeform");
if (form) {
  const zone = document.getElementById("dropzone");
  const field = document.getElementById("g-file");
  const preview = document.getElementById("g-preview");
  const told = document.getElementById("g-told");
  const send = document.getElementById("g-send");
  const most = Number(form.dataset.bytesMax);

  function look() {
    const [file] = field.files;
    preview.hidden = true;
    if (!file) return false;
    const size = file.size < 1e5 ? `${Math.ceil(file.size / 1024)} kB` : `${(file.size / 1048576).toFixed(1)} MB`;
    if (file.size > most) {
      told.textContent = `${file.name} has ${size}; ${most / 1048576} MB is the most. Cut the code out and bring that.`;
      field.value = "";
      return false;
    }
    told.textContent = `${file.name}, ${size}${file.type === "image/jpeg" ? ". JPEG is read and not graded." : ""}`;
    const reader = new FileReader();
    reader.onload = () => { preview.src = reader.result; };
    reader.readAsDataURL(file);
    return true;
  }

  preview.addEventListener("load", () => { preview.hidden = false; });
  field.addEventListener("change", look);

  function take(files) {
    const picture = [...files].find((file) => file.type.startsWith("image/") || /\.(tiff?|bmp)$/i.test(file.name));
    if (!picture) { told.textContent = "That is no picture."; return; }
    const chosen = new DataTransfer();
    chosen.items.add(picture);
    field.files = chosen.files;
    if (look()) form.requestSubmit(send);
  }

  document.addEventListener("dragover", (event) => { event.preventDefault(); zone.toggleAttribute("data-over", true); });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) zone.removeAttribute("data-over"); });
  document.addEventListener("drop", (event) => { event.preventDefault(); zone.removeAttribute("data-over"); take(event.dataTransfer.files); });
  document.addEventListener("paste", (event) => { if (event.clipboardData.files.length) { event.preventDefault(); take(event.clipboardData.files); } });

  form.addEventListener("submit", () => {
    send.textContent = "Grading…";
    zone.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => { send.textContent = "Grade this picture"; zone.removeAttribute("aria-busy"); });
}

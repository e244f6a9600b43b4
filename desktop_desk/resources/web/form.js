// Works without this: it only says earlier what the desk would say later.
for (const form of document.forms) {
  const files = form.querySelector("input[type=file]");
  const button = form.querySelector("button[data-busy]");
  if (files) {
    files.addEventListener("change", () => {
      const sizes = [...files.files].map((file) => file.size);
      const tooMuch = sizes.length > Number(files.dataset.count)
        || sizes.some((size) => size > Number(files.dataset.most))
        || sizes.reduce((sum, size) => sum + size, 0) > Number(files.dataset.all);
      files.setCustomValidity(tooMuch ? files.dataset.text : "");
      files.reportValidity();
    });
  }
  if (!button) {
    continue;
  }
  const words = button.textContent;
  form.addEventListener("submit", (event) => {
    if (files && !files.checkValidity()) {
      event.preventDefault();
      files.reportValidity();
    } else {
      button.disabled = true;
      button.textContent = button.dataset.busy;
    }
  });
  // Whoever comes back to the page can send it again.
  window.addEventListener("pageshow", () => {
    button.disabled = false;
    button.textContent = words;
  });
}

/* Small helpers for every page. All handlers are delegated, so they survive htmx swaps; all pages work without. */
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-drawer]");
    if (opener) {
      const drawer = document.getElementById(opener.dataset.drawer);
      if (drawer && drawer.showModal) {
        event.preventDefault();
        drawer.showModal();
      }
      return;
    }
    // A click on the backdrop closes the drawer.
    if (event.target.matches && event.target.matches("dialog.drawer")) {
      event.target.close();
      return;
    }
    const dismiss = event.target.closest("[data-dismiss]");
    if (dismiss) {
      document.getElementById(dismiss.dataset.dismiss).hidden = true;
      return;
    }
    const copier = event.target.closest("[data-copy]");
    if (copier && navigator.clipboard) {
      navigator.clipboard.writeText(copier.dataset.copy).then(() => {
        const before = copier.textContent;
        copier.textContent = copier.dataset.copied || before;
        setTimeout(() => (copier.textContent = before), 2000);
      });
      return;
    }
    const printer = event.target.closest("[data-print]");
    if (printer) {
      window.print();
      return;
    }
    for (const open of document.querySelectorAll("details.drop[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const open of document.querySelectorAll("details.drop[open]")) {
      open.open = false;
      if (open.contains(document.activeElement)) open.querySelector("summary").focus();
    }
  });

  // Read the page aloud, paragraph by paragraph, as long utterances stop by themselves in some browsers.
  const canSpeak = "speechSynthesis" in window && "SpeechSynthesisUtterance" in window;
  if (!canSpeak) for (const item of document.querySelectorAll("[data-read-aloud]")) item.closest("li, p, div").hidden = true;
  const READ = "h1,h2,h3,h4,p,li,dt,dd,th,td,figcaption,label,legend,button,summary";
  let reading = false;

  function stopReading() {
    reading = false;
    window.speechSynthesis.cancel();
    for (const item of document.querySelectorAll("[data-read-aloud]")) {
      if (item.dataset.start) item.textContent = item.dataset.start;
      item.removeAttribute("aria-pressed");
    }
  }

  function texts() {
    const main = document.getElementById("main");
    const found = [...main.querySelectorAll(READ)].filter(
      (element) => element.checkVisibility() && !element.closest("[aria-hidden=true]") && !element.querySelector(READ),
    );
    return found.map((element) => element.innerText.trim()).filter(Boolean);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-read-aloud]");
    if (!button || !canSpeak) return;
    if (reading) {
      stopReading();
      return;
    }
    reading = true;
    button.closest("dialog")?.close();
    button.dataset.start = button.textContent;
    button.textContent = button.dataset.stop;
    button.setAttribute("aria-pressed", "true");
    const parts = texts();
    const speak = (index) => {
      if (!reading || index >= parts.length) {
        stopReading();
        return;
      }
      const part = new SpeechSynthesisUtterance(parts[index]);
      part.lang = root.lang === "en" ? "en-US" : "ko-KR";
      part.rate = 0.95;
      part.onend = () => speak(index + 1);
      part.onerror = stopReading;
      window.speechSynthesis.speak(part);
    };
    speak(0);
  });
  if (canSpeak) window.addEventListener("pagehide", () => window.speechSynthesis.cancel());

  // A file dropped on the box goes into its input.
  for (const name of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      const box = event.target.closest && event.target.closest(".file-drop");
      if (!box) return;
      event.preventDefault();
      box.classList.toggle("over", name === "dragover");
      if (name !== "drop" || !event.dataTransfer.files.length) return;
      const input = box.querySelector("input[type=file]");
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  // htmx: say it when the server could not be reached or failed; a refused form (4xx) is still shown.
  const trouble = () => {
    const box = document.getElementById("htmx-error");
    if (box) box.hidden = false;
  };
  document.addEventListener("htmx:sendError", trouble);
  document.addEventListener("htmx:timeout", trouble);
  document.addEventListener("htmx:beforeSwap", (event) => {
    const status = event.detail.xhr.status;
    if (status >= 500) {
      trouble();
    } else if (status >= 400 && event.detail.xhr.getResponseHeader("Content-Type")?.startsWith("text/html")) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });

  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();
})();

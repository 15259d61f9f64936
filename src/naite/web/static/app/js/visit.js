/* Saves the form of a visit a second after the last change; the button saves without it. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const state = document.querySelector("[data-autosave-state]");
  const edition = form.elements.edition;
  let timer = 0;
  let running = false;
  let again = false;
  let stopped = false;
  let waiting = null; // the button that was pressed while a save was on its way

  const tell = (text) => {
    if (state) state.textContent = text;
  };

  const save = async () => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Autosave": "1" },
      });
      const said = await answer.json();
      if (answer.ok) {
        edition.value = said.edition;
        const now = new Date();
        const two = (number) => String(number).padStart(2, "0");
        tell(`${form.dataset.saved} ${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`);
      } else {
        // Somebody else was faster: trying on would lose their work or ours.
        stopped = said.code === "edited_elsewhere";
        tell(said.error || form.dataset.failed);
      }
    } catch {
      tell(form.dataset.failed);
    }
    running = false;
    if (waiting) {
      const button = waiting;
      waiting = null;
      form.requestSubmit(button);
      return;
    }
    if (again && !stopped) {
      again = false;
      save();
    }
  };

  document.addEventListener("input", (event) => {
    if (stopped || !event.target.form || event.target.form !== form) return;
    clearTimeout(timer);
    timer = setTimeout(save, 1000);
  });

  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!running) return;
    event.preventDefault();
    waiting = event.submitter;
  });
})();

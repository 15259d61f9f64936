/* A case and lists of cases by keyboard, and files that go up as soon as they are chosen. All works without. */
(() => {
  "use strict";
  const typing = (target) => target.closest && target.closest("input,textarea,select,[contenteditable]");

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches || !input.matches("[data-upload]") || !input.files.length) return;
    const save = input.form.querySelector('button[value="save"]');
    input.form.requestSubmit(save);
  });

  // F forward, S supplement, R return: each opens its page of confirmation. Read by place, so Hangul may be on.
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const wanted = document.querySelector(`[data-key="${event.code}"]`);
    if (wanted) {
      event.preventDefault();
      wanted.click();
      return;
    }
    // What is done at once is only made ready: Enter does it.
    const ready = document.querySelector(`[data-key-focus="${event.code}"]`);
    if (ready) {
      event.preventDefault();
      ready.focus();
    }
  });

  // The box in the head picks all rows of the page; Shift picks a span.
  let last = null;
  document.addEventListener("click", (event) => {
    const box = event.target;
    if (!box.matches) return;
    if (box.matches("[data-pick-all]")) {
      for (const each of document.querySelectorAll("[data-pick]")) each.checked = box.checked;
      return;
    }
    if (!box.matches("[data-pick]")) return;
    const all = [...document.querySelectorAll("[data-pick]")];
    if (event.shiftKey && last) {
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      for (const each of all.slice(from, to + 1)) each.checked = box.checked;
    }
    last = box;
  });

  // J and K walk the rows of a list, X picks, Enter opens.
  const rows = () => [...document.querySelectorAll("[data-row]")];
  let here = -1;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || !rows().length) return;
    const step = { KeyJ: 1, KeyK: -1 }[event.code];
    if (step) {
      here = Math.min(Math.max(here + step, 0), rows().length - 1);
      rows()[here].querySelector("a").focus();
    } else if (event.code === "KeyX" && here >= 0) {
      const box = rows()[here].querySelector("[data-pick]");
      if (box) box.checked = !box.checked;
    }
  });
})();

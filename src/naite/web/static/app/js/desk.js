/* The desk's bar of bulk acts: how many are picked, and for how many of them each act fits. */
(() => {
  "use strict";
  const form = document.querySelector("[data-bulk]");
  const bar = form && form.querySelector("[data-bulkbar]");
  if (!bar) return;
  const said = bar.querySelector("[data-said]");
  const rest = said.textContent;
  const everything = bar.querySelector("[data-all]");

  function show() {
    const picked = [...form.querySelectorAll("[data-pick]:checked")];
    const all = everything && everything.checked;
    bar.classList.toggle("on", Boolean(all || picked.length));
    said.textContent = picked.length && !all ? `${picked.length} ✓` : rest;
    for (const button of bar.querySelectorAll("button[value]")) {
      const fits = picked.filter((box) => box.dataset.acts.split(" ").includes(button.value)).length;
      button.disabled = !all && picked.length > 0 && fits === 0;
      if (!button.dataset.name) button.dataset.name = button.textContent;
      button.textContent = fits && !all ? `${button.dataset.name} ${fits}` : button.dataset.name;
    }
  }
  document.addEventListener("click", (event) => {
    if (event.target.matches && event.target.matches("[data-pick],[data-pick-all],[data-all]")) show();
  });
  document.addEventListener("keyup", (event) => {
    if (event.code === "KeyX") show();
  });
  show();
})();

/* Keys of the staff's lists: J and K go down and up the rows, / goes to the search box; they can be switched off. */
(() => {
  "use strict";
  const OFF = "naite-keys-off";
  const isOff = () => localStorage.getItem(OFF) === "1";
  const label = (button) => (button.textContent = isOff() ? button.dataset.on : button.dataset.off);
  for (const button of document.querySelectorAll("[data-keys-off]")) label(button);

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-keys-off]");
    if (!button) return;
    if (isOff()) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
    label(button);
  });

  document.addEventListener("keydown", (event) => {
    if (isOff() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (event.code === "Slash" && !event.shiftKey) {
      const box = document.querySelector("[data-key-search]");
      if (box) {
        event.preventDefault();
        box.focus();
      }
      return;
    }
    const step = { KeyJ: 1, KeyK: -1 }[event.code];
    if (!step) return;
    const rows = [...document.querySelectorAll("[data-key-row]")];
    const at = rows.indexOf(document.activeElement);
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
    if (next) next.focus();
  });
})();

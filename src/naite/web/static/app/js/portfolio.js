/* Portfolios: moving blocks by Alt and the arrow keys, and only the field that the chosen door needs. */
(() => {
  "use strict";
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    const block = event.target.closest("[data-block]");
    if (!block) return;
    const button = block.querySelector(`button[value="${event.key === "ArrowUp" ? "up" : "down"}"]`);
    event.preventDefault();
    if (button && !button.disabled) button.click();
  });

  const form = document.querySelector("[data-gate-form]");
  if (!form) return;
  const show = () => {
    const chosen = form.querySelector('input[name="gate"]:checked');
    for (const [name, gate] of [["password", "password"], ["recipient", "mail"]]) {
      const field = form.querySelector(`[name="${name}"]`);
      const group = field && field.closest(".form-group");
      if (group) group.hidden = !chosen || chosen.value !== gate;
    }
  };
  form.addEventListener("change", show);
  show();
})();

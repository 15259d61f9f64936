/* Section boxes of the certificate maker: on, off or partly on, and how many of a section are chosen. */
(() => {
  const entries = (group) => [...group.querySelectorAll('input[name="entry"]')];
  const refresh = (group) => {
    const all = entries(group);
    const on = all.filter((box) => box.checked).length;
    const head = group.querySelector("[data-section-box]");
    head.checked = on === all.length;
    head.indeterminate = on > 0 && on < all.length;
    group.querySelector("[data-picked]").textContent = on;
  };
  const start = () => document.querySelectorAll("[data-group]").forEach(refresh);
  document.addEventListener("change", (event) => {
    const group = event.target.closest && event.target.closest("[data-group]");
    if (!group) return;
    if (event.target.matches("[data-section-box]"))
      entries(group).forEach((box) => { box.checked = event.target.checked; });
    refresh(group);
  });
  start();
  // Browsers put back what was ticked when one comes back to the page.
  addEventListener("pageshow", start);
})();

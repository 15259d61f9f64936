/* The rings: passing over a year fills the year card, choosing one redraws the tree. Without script, links do both. */
(() => {
  "use strict";
  const ajax = (address, target, source) =>
    window.htmx.ajax("GET", address, { source, target, swap: "outerHTML" });
  let timer = 0;

  const linkOf = (event) => event.target.closest && event.target.closest("#tree a[data-year]");

  function show(link) {
    const card = document.getElementById("year");
    if (!card || card.dataset.year === link.dataset.year) return;
    for (const other of document.querySelectorAll(".rings a.on")) other.classList.remove("on");
    link.classList.add("on");
    ajax(address(link), "#year", card);
  }

  function address(link) {
    return link.getAttribute("href").split("#")[0];
  }

  for (const name of ["mouseover", "focusin"]) {
    document.addEventListener(name, (event) => {
      const link = linkOf(event);
      // Only rings preview; the stepper's arrows wait for the click.
      if (!link || !link.closest(".rings") || !window.htmx) return;
      clearTimeout(timer);
      timer = setTimeout(() => show(link), 140);
    });
  }
  document.addEventListener("mouseout", () => clearTimeout(timer));

  document.addEventListener("click", (event) => {
    const link = linkOf(event);
    if (!link || !window.htmx || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    clearTimeout(timer);
    ajax(address(link), "#tree", link);
  });
})();

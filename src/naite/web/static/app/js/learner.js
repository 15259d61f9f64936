/* The rings: passing over a year fills the year card; choosing a year, an area or a pattern redraws the tree.
   Without script, links do all of it. */
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
    const link = linkOf(event) || (event.target.closest && event.target.closest("#tree a[data-tree]"));
    if (!link || !window.htmx || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    clearTimeout(timer);
    const wanted = address(link);
    if (link.dataset.tree === undefined) return void ajax(wanted, "#tree", link);
    ajax(wanted, "#tree", link).then(() => {
      window.history.pushState({}, "", wanted);
      refocus(wanted);
    });
  });

  // The link that was chosen is replaced together with the tree: its successor gets the focus.
  function refocus(wanted) {
    const tree = document.getElementById("tree");
    const chips = [...tree.querySelectorAll(".areas a")];
    const next =
      chips.find((chip) => chip.getAttribute("href") === wanted) ||
      chips.find((chip) => chip.getAttribute("aria-current")) ||
      tree.querySelector(".back a, .yr-card a");
    if (next) next.focus({ preventScroll: true });
  }
})();

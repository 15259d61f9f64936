/* Which step of the designer is being looked at. The links work without. */
(() => {
  "use strict";
  const steps = [...document.querySelectorAll(".dg-step")];
  if (!steps.length) return;

  function mark() {
    const line = window.innerHeight * 0.35;
    let now = steps[0];
    for (const step of steps) if (step.getBoundingClientRect().top <= line) now = step;
    if (window.innerHeight + window.scrollY >= document.body.scrollHeight - 4) now = steps[steps.length - 1];
    for (const item of document.querySelectorAll("#steps li")) {
      const link = item.querySelector("a");
      const here = link !== null && link.hash === `#${now.id}`;
      item.classList.toggle("now", here);
      if (link) {
        if (here) link.setAttribute("aria-current", "step");
        else link.removeAttribute("aria-current");
      }
    }
  }

  document.addEventListener("scroll", mark, { passive: true });
  document.addEventListener("htmx:afterSettle", mark);
  mark();
})();

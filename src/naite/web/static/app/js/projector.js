/* Counts the seconds down and asks for the new code when they are over. The server's time decides. */
(() => {
  "use strict";
  const AROUND = 301.6;
  setInterval(() => {
    const box = document.getElementById("projected");
    if (!box) return;
    const left = Math.max(0, Number(box.dataset.left) - 1);
    box.dataset.left = left;
    const ring = box.querySelector("[data-ring]");
    if (!ring) return;
    ring.setAttribute("stroke-dasharray", `${(AROUND * left) / Number(box.dataset.period)} 302`);
    box.querySelector("[data-seconds]").textContent = left;
    if (left === 0) window.htmx.trigger(box, "renew");
  }, 1000);
  const say = (lost) => {
    document.querySelector("[data-offline]").hidden = !lost;
  };
  document.addEventListener("htmx:sendError", () => say(true));
  document.addEventListener("htmx:responseError", () => say(true));
  document.addEventListener("htmx:afterSwap", () => say(false));
})();

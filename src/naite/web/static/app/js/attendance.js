/* Board of names: a first sound jumps to a name, 1–5 set the state of the chosen card, F projects. */
(() => {
  "use strict";
  const FIRSTS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
  // Keys of the two-set Korean layout, read by position so that they work whichever layout is on.
  const SOUND = {
    KeyR: "ㄱ", KeyS: "ㄴ", KeyE: "ㄷ", KeyA: "ㅁ", KeyQ: "ㅂ", KeyT: "ㅅ", KeyD: "ㅇ",
    KeyW: "ㅈ", KeyC: "ㅊ", KeyZ: "ㅋ", KeyX: "ㅌ", KeyV: "ㅍ", KeyG: "ㅎ",
  };
  const board = () => document.querySelector("[data-board]");
  const typing = (target) => target.closest("input:not([type=hidden]), textarea, select");
  const first = (name) => {
    const code = name.charCodeAt(0) - 0xac00;
    return code >= 0 && code < 11172 ? FIRSTS[Math.floor(code / 588)] : name[0];
  };

  document.addEventListener("keydown", (event) => {
    if (!board() || event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
    const card = event.target.closest("[data-board] > li");
    const digit = /^(?:Digit|Numpad)([1-5])$/.exec(event.code);
    if (digit && card) {
      event.preventDefault();
      card.querySelector(`button[data-number="${digit[1]}"]`).click();
      return;
    }
    if (event.code === "KeyF") {
      const link = document.querySelector('a[data-key="F"]');
      if (link) link.click();
      return;
    }
    // ㄹ shares its key with F (projector), as hardly a name begins with it.
    const sound = SOUND[event.code];
    if (!sound) return;
    const cards = [...board().children].filter((item) => first(item.dataset.name) === sound);
    if (!cards.length) return;
    const next = cards[(cards.indexOf(card) + 1) % cards.length];
    next.querySelector("summary").focus();
  });

  // After a swap the card is a new element: give the focus back to it.
  document.addEventListener("htmx:afterSwap", (event) => {
    const item = event.detail.target && event.detail.target.id && document.getElementById(event.detail.target.id);
    if (item && item.matches("[data-board] > li") && document.activeElement === document.body) {
      item.querySelector("summary").focus();
    }
  });

  // A card whose menu is open is not replaced under somebody's hands.
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const open = event.detail.target.querySelector && event.detail.target.matches("[data-board] > li");
    if (open && event.detail.target.querySelector("details[open]")) event.detail.shouldSwap = false;
  });

  // Only one menu at a time.
  document.addEventListener(
    "toggle",
    (event) => {
      if (!event.target.open || !event.target.closest("[data-board]")) return;
      for (const other of board().querySelectorAll("details[open]")) if (other !== event.target) other.open = false;
    },
    true,
  );
})();

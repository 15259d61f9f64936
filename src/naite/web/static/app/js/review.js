/* The review screen: moves between items without loading, saves after a second's rest, keeps an offline draft on
   this device until the server has it, and listens to keys by their place, so that Hangul may be switched on. */
(() => {
  "use strict";
  const root = document.querySelector("[data-review]");
  if (!root) return;
  const words = root.dataset;
  const prefix = `naite-review:${words.review}:`;
  const $ = (selector, within = root) => within.querySelector(selector);
  const $$ = (selector, within = root) => [...within.querySelectorAll(selector)];
  const forms = $$("[data-score-of]");
  const ids = forms.map((form) => form.dataset.scoreOf);
  const form = (id) => forms[ids.indexOf(id)];
  const link = (id) => $(`[data-go="${id}"]`);
  let current = forms.find((each) => !each.hidden)?.dataset.scoreOf ?? ids[0];
  const timers = new Map();
  const working = new Map();
  let digits = { text: "", at: 0 };

  /* -- what is typed -- */
  const values = (of) => ({
    points: of.elements.points.value,
    comment: of.elements.comment.value,
    is_held: of.elements.is_held.value,
    quotes: of.elements.quotes.value,
    revision: of.elements.revision.value,
  });
  const draft = (id) => {
    try {
      return JSON.parse(localStorage.getItem(prefix + id));
    } catch {
      return null;
    }
  };
  const keep = (id) => {
    try {
      localStorage.setItem(prefix + id, JSON.stringify(values(form(id))));
    } catch {
      /* a full or forbidden store: the page itself still holds it */
    }
  };
  const forget = (id) => localStorage.removeItem(prefix + id);

  const say = (text, tone = "g") => {
    const box = $("[data-saved]");
    box.classList.remove("g", "a", "r");
    box.classList.add(tone);
    $("span", box).textContent = text;
  };
  const net = () => {
    $("[data-net]").textContent = navigator.onLine ? words.tOnline : words.tOffline;
  };

  const errors = (of, fields) => {
    for (const box of $$("[data-error]", of)) {
      const name = box.dataset.error;
      box.textContent = fields[name] || "";
      const field = of.elements[name];
      if (fields[name]) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
  };
  const trouble = (of, text, buttons = []) => {
    const box = $("[data-trouble]", of);
    box.hidden = !text;
    box.replaceChildren();
    if (!text) return;
    const holder = document.createElement("div");
    const line = document.createElement("p");
    line.textContent = text;
    holder.append(line);
    if (buttons.length) {
      const row = document.createElement("p");
      row.className = "row";
      for (const [label, act] of buttons) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn sm";
        button.textContent = label;
        button.addEventListener("click", act);
        row.append(button);
      }
      holder.append(row);
    }
    box.append(holder);
  };

  const look = (id) => {
    const of = form(id);
    const value = of.elements.points.value.trim();
    for (const button of $$("[data-set]", of))
      button.setAttribute("aria-pressed", String(button.dataset.set === value));
    const held = of.elements.is_held.value === "1";
    $("[data-act=hold]", of).setAttribute("aria-pressed", String(held));
    $("[data-points]", link(id)).textContent = held ? words.tHeld : value || "–";
    $("[data-chars]", of).textContent = words.tChars.replace("%s", of.elements.comment.value.length);
    quotes(of);
  };
  const quotes = (of) => {
    let given = [];
    try {
      given = JSON.parse(of.elements.quotes.value || "[]");
    } catch {
      given = [];
    }
    const list = $("[data-quotes]", of);
    list.replaceChildren(
      ...given.map((each, at) => {
        const row = document.createElement("li");
        const number = document.createElement("b");
        number.className = "blue";
        number.textContent = mark(at);
        const text = document.createElement("span");
        text.textContent = `“${each.text}”`;
        const source = document.createElement("small");
        source.className = "xs";
        source.textContent = each.source;
        text.append(source);
        const remove = document.createElement("button");
        remove.type = "button";
        remove.textContent = "×";
        remove.setAttribute("aria-label", `${words.tRemove} ${at + 1}`);
        remove.addEventListener("click", () => {
          given.splice(at, 1);
          of.elements.quotes.value = JSON.stringify(given);
          changed(of.dataset.scoreOf);
        });
        row.append(number, text, remove);
        return row;
      }),
    );
    $("[data-quotes-head]", of).hidden = !given.length;
    $("[data-quotes-n]", of).textContent = given.length;
  };
  const mark = (at) => (at < 20 ? String.fromCharCode(0x2460 + at) : `(${at + 1})`);

  /* -- saving -- */
  const changed = (id, wait = 1000) => {
    look(id);
    keep(id);
    clearTimeout(timers.get(id));
    timers.set(id, setTimeout(() => save(id), wait));
  };
  // One request an item at a time, in order, each with what is typed when its turn comes; so no save meets itself.
  const save = (id) => {
    clearTimeout(timers.get(id));
    timers.delete(id);
    const before = working.get(id) ?? Promise.resolve(true);
    const task = before.then(() => (draft(id) ? send(id) : true));
    working.set(id, task);
    return task.finally(() => {
      if (working.get(id) === task) working.delete(id);
    });
  };
  const send = async (id) => {
    const of = form(id);
    const sent = values(of);
    say(words.tSaving, "a");
    let response;
    try {
      response = await fetch(of.action, {
        method: "POST",
        body: new FormData(of),
        headers: { "X-Requested-With": "fetch", Accept: "application/json" },
        redirect: "error",
      });
    } catch {
      keep(id);
      say(words.tOffline, "a");
      $("[data-net]").textContent = words.tOffline;
      return false;
    }
    let answer = {};
    try {
      answer = await response.json();
    } catch {
      keep(id);
      say(words.tRefused, "r");
      return false;
    }
    if (!response.ok) {
      errors(of, answer.fields || {});
      const asks = answer.stored
        ? [
            [words.tMine, () => { of.elements.revision.value = answer.stored.revision; trouble(of, ""); changed(id, 0); }],
            [words.tStored, () => { put(of, { ...answer.stored, is_held: answer.stored.is_held ? "1" : "" }); forget(id); trouble(of, ""); look(id); }],
          ]
        : [];
      const inField = Object.keys(answer.fields || {}).length > 0;
      trouble(of, inField && !asks.length ? "" : answer.message || words.tRefused, asks);
      say(words.tRefused, "r");
      return false;
    }
    of.elements.revision.value = answer.revision;
    errors(of, {});
    trouble(of, "");
    const now = values(of);
    const same = ["points", "comment", "is_held", "quotes"].every((name) => now[name] === sent[name]);
    if (same) forget(id);
    else changed(id);
    say(words.tSaved.replace("%s", answer.saved_at));
    net();
    show(id, answer);
    return true;
  };
  const show = (id, answer) => {
    const row = link(id);
    $("[data-mark]", row).className = `m ${answer.mark}`;
    $(".sc", row).classList.toggle("lo", answer.is_short);
    $("[data-seal]").textContent = answer.seal;
    for (const [name, value] of Object.entries({ done: answer.done, total: answer.total, of: answer.of, short: answer.short }))
      $(`[data-${name}]`).textContent = value;
    $("[data-bar]").style.width = `${answer.done_percent}%`;
    const button = $("[data-submit]");
    button.textContent = answer.left ? words.tLeft.replace("%s", answer.left) : words.tReady;
    button.classList.toggle("p", !answer.left);
  };
  const put = (of, from) => {
    for (const name of ["points", "comment", "is_held", "quotes", "revision"])
      if (from[name] !== undefined) of.elements[name].value = from[name];
  };
  const flush = () => Promise.all(ids.filter((id) => draft(id)).map(save));

  /* -- moving -- */
  const go = (id, focus = false) => {
    if (!id || !form(id)) return;
    if (draft(current)) save(current);
    current = id;
    for (const each of forms) each.hidden = each.dataset.scoreOf !== id;
    for (const each of $$("[data-evidence-of]")) each.hidden = each.dataset.evidenceOf !== id;
    for (const each of $$("[data-go]")) {
      if (each.dataset.go === id) each.setAttribute("aria-current", "true");
      else each.removeAttribute("aria-current");
    }
    link(id).scrollIntoView({ block: "nearest", inline: "nearest" });
    history.replaceState(null, "", `?item=${id}`);
    if (focus) link(id).focus({ preventScroll: true });
  };
  const step = (by, focus) => go(ids[Math.min(ids.length - 1, Math.max(0, ids.indexOf(current) + by))], focus);
  const panes = () => $(`[data-evidence-of="${current}"]`);
  const open = (key) => {
    for (const tab of $$("[data-show]", panes())) {
      if (tab.dataset.show === key) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
    }
    for (const pane of $$("[data-pane]", panes())) {
      pane.hidden = pane.dataset.pane !== key;
      const frame = $("iframe[data-src]", pane);
      if (frame && !pane.hidden) {
        frame.src = frame.dataset.src;
        delete frame.dataset.src;
      }
    }
  };
  const turn = (by) => {
    const tabs = $$("[data-show]", panes());
    const at = tabs.findIndex((tab) => tab.hasAttribute("aria-current"));
    const next = tabs[(at + by + tabs.length) % tabs.length];
    if (next) open(next.dataset.show);
  };
  const hold = (id) => {
    const of = form(id);
    of.elements.is_held.value = of.elements.is_held.value === "1" ? "" : "1";
    changed(id, 0);
  };
  const onward = async () => {
    const id = current;
    const of = form(id);
    const ok = await save(id);
    if (ok || $$("[aria-invalid]", of).length === 0) step(1, true);
    else of.elements.points.focus();
  };
  const points = (id, text) => {
    form(id).elements.points.value = text;
    changed(id);
  };
  const digit = (number) => {
    const most = Number(form(current).dataset.most);
    const now = Date.now();
    const joined = now - digits.at < 900 && digits.item === current ? digits.text + number : String(number);
    const text = Number(joined) <= most ? joined : String(number);
    digits = { text, at: now, item: current };
    points(current, String(Math.min(Number(text), most)));
  };
  const half = () => {
    const value = Number(form(current).elements.points.value || 0);
    const most = Number(form(current).dataset.most);
    if (Number.isFinite(value)) points(current, String(Math.min(most, value + 0.5)));
  };
  const quote = () => {
    const chosen = getSelection();
    const text = chosen ? chosen.toString().replace(/\s+/g, " ").trim().slice(0, 300) : "";
    const at = chosen && chosen.rangeCount ? chosen.getRangeAt(0).commonAncestorContainer : null;
    const place = at && (at.nodeType === 1 ? at : at.parentElement).closest("[data-source]");
    const of = form(current);
    if (!text || !place) {
      trouble(of, words.tSelect);
      return;
    }
    trouble(of, "");
    let given = [];
    try {
      given = JSON.parse(of.elements.quotes.value || "[]");
    } catch {
      given = [];
    }
    given.push({ text, source: place.dataset.source });
    of.elements.quotes.value = JSON.stringify(given);
    const box = of.elements.comment;
    const gap = box.value && !/\s$/.test(box.value) ? " " : "";
    box.value += `${gap}“${text}” ${mark(given.length - 1)} `;
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
    changed(current);
  };

  /* -- events -- */
  root.addEventListener("click", (event) => {
    const to = event.target.closest("[data-go]");
    if (to && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      go(to.dataset.go);
      return;
    }
    const tab = event.target.closest("[data-show]");
    if (tab && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      open(tab.dataset.show);
      return;
    }
    const set = event.target.closest("[data-set]");
    if (set) points(current, set.dataset.set);
    if (event.target.closest("[data-quote]")) quote();
    if (event.target.closest("[data-help]")) $("[data-help-box]").showModal();
    if (event.target.closest("[data-close]")) $("[data-help-box]").close();
    const leave = event.target.closest("[data-submit]");
    if (leave && ids.some((id) => draft(id))) {
      event.preventDefault();
      flush().then((all) => {
        if (all.every(Boolean)) location.href = leave.href;
      });
    }
  });
  // A press on the button must not take the selection away before it is quoted.
  root.addEventListener("mousedown", (event) => {
    if (event.target.closest("[data-quote]")) event.preventDefault();
  });
  root.addEventListener("submit", (event) => {
    const of = event.target.closest("[data-score-of]");
    if (!of) return;
    event.preventDefault();
    const act = event.submitter?.dataset.act || "next";
    if (act === "back") step(-1, true);
    else if (act === "hold") hold(current);
    else onward();
  });
  root.addEventListener("input", (event) => {
    const of = event.target.closest("[data-score-of]");
    if (of) changed(of.dataset.scoreOf);
  });

  const keys = {
    KeyJ: () => step(1, true),
    KeyK: () => step(-1, true),
    BracketLeft: () => turn(-1),
    BracketRight: () => turn(1),
    KeyH: quote,
    KeyC: () => form(current).elements.comment.focus(),
    KeyM: () => { const box = $("[data-manual]", form(current)); box.open = !box.open; },
    KeyP: () => hold(current),
    Period: half,
    NumpadDecimal: half,
  };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.code === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onward();
      return;
    }
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.code === "Escape" && typing) {
      typing.blur();
      link(current).focus({ preventScroll: true });
      return;
    }
    if (!words.keys || typing || event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
    if (event.code === "Slash" && event.shiftKey) {
      event.preventDefault();
      $("[data-help-box]").showModal();
      return;
    }
    if (event.code === "Space") {
      if (event.target.closest("button, summary")) return;
      event.preventDefault();
      const pane = $(".pg", panes());
      pane.scrollBy({ top: (event.shiftKey ? -0.9 : 0.9) * pane.clientHeight });
      return;
    }
    if (event.shiftKey) return;
    const number = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
    const act = number ? () => digit(Number(number[1])) : keys[event.code];
    if (!act) return;
    event.preventDefault();
    act();
  });

  addEventListener("online", () => {
    net();
    flush();
  });
  addEventListener("offline", net);
  addEventListener("pagehide", () => ids.filter((id) => timers.has(id)).forEach(keep));
  setInterval(() => {
    if (navigator.onLine && !timers.size && !working.size) {
      const waiting = ids.filter((id) => draft(id) && !$("[aria-invalid]", form(id)) && $("[data-trouble]", form(id)).hidden);
      if (waiting.length) waiting.forEach(save);
    }
  }, 10000);

  /* -- at the start: what this device still holds -- */
  for (const id of ids) {
    const kept = draft(id);
    if (kept) {
      put(form(id), kept);
      changed(id, 0);
      trouble(form(id), words.tKept);
    }
    look(id);
  }
  for (const button of $$("[data-help], [data-quote]")) button.hidden = false;
  net();
})();

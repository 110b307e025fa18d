// What makes the pages quicker to use. Every page works without it.
"use strict";
(() => {
  const typing = (el) => el.closest("input, textarea, select, [contenteditable]") !== null;
  const all = (root, selector) => [...root.querySelectorAll(selector)];

  // The inbox by keyboard: j, k, Enter, a, r, ?. Nothing is sent by a key: it only moves.
  const cards = () => all(document, "[data-card]").filter((card) => card.offsetParent !== null);
  const chosen = () => document.activeElement?.closest("[data-card]") ?? document.querySelector("[data-card].is-chosen");

  function choose(card) {
    all(document, "[data-card].is-chosen").forEach((other) => other.classList.remove("is-chosen"));
    card.classList.add("is-chosen");
    card.focus();
    card.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    const list = cards();
    const at = list.indexOf(chosen());
    const next = list[at < 0 ? (by > 0 ? 0 : list.length - 1) : at + by];
    if (next) choose(next);
  }

  function open(event) {
    if (event.target.closest("a, button, summary")) return; // Those have an Enter of their own.
    const link = chosen()?.querySelector("a[data-open]");
    if (link) { event.preventDefault(); link.click(); }
  }

  function within(key) {
    const button = chosen()?.querySelector(`[data-key="${key}"]`);
    button?.closest("details")?.setAttribute("open", "");
    button?.focus();
  }

  const help = () => { const box = document.getElementById("keys"); if (box && !box.open) box.showModal(); };
  const keys = { j: () => step(1), k: () => step(-1), Enter: open, a: () => within("approve"), r: () => within("return"), "?": help };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key in keys) keys[event.key](event);
  });

  // A form is sent once: its buttons rest after the sending, and are back when the page is. A form whose answer is a file says data-again.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method === "dialog" || "again" in event.target.dataset) return;
    const resting = all(event.target, "button:not([type=button]):not(:disabled)");
    setTimeout(() => resting.forEach((button) => { button.disabled = true; button.dataset.resting = ""; }));
  });
  const wake = (root) => all(root, "[data-resting]").forEach((button) => { button.disabled = false; delete button.dataset.resting; });
  window.addEventListener("pageshow", () => wake(document));
  document.addEventListener("htmx:after:request", () => wake(document));
  document.addEventListener("htmx:error", () => wake(document));

  // Files: dropped onto [data-drop], and form[data-upload] shows how far it is.
  document.addEventListener("dragover", (event) => {
    const box = event.target.closest?.("[data-drop]");
    if (box) { event.preventDefault(); box.classList.add("is-over"); }
  });
  document.addEventListener("dragleave", (event) => event.target.closest?.("[data-drop]")?.classList.remove("is-over"));
  document.addEventListener("drop", (event) => {
    const box = event.target.closest?.("[data-drop]");
    const input = box?.querySelector("input[type=file]");
    if (!input) return;
    event.preventDefault();
    box.classList.remove("is-over");
    const files = new DataTransfer();
    [...event.dataTransfer.files].slice(0, input.multiple ? undefined : 1).forEach((file) => files.items.add(file));
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });

  function bar(form) {
    const found = form.querySelector("progress");
    if (found) { found.hidden = false; return found; }
    const made = document.createElement("progress");
    made.setAttribute("aria-label", form.dataset.upload || "upload");
    form.append(made);
    return made;
  }

  // More than may come is not sent: the server would break off, and the browser would say no more than that.
  function tooLarge(form) {
    const files = all(form, "input[type=file]").flatMap((input) => [...input.files]);
    const much = files.reduce((sum, file) => sum + file.size, 0) > Number(form.dataset.most || Infinity);
    const told = form.querySelector("[data-too-large]");
    if (!told) return false;
    told.hidden = !much;
    if (much) {
      told.querySelector("[data-names]").textContent = files.map((file) => `${file.name} (${(file.size / 1048576).toFixed(1)} MiB)`).join(", ");
      told.scrollIntoView({ block: "nearest" });
    }
    return much;
  }

  // The answer of an upload is a page: it takes the place of this one, at its own address. Asking again would lose its notice.
  function arrived(request) {
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    if (!page.getElementById("main")) { location.reload(); return; }
    for (const part of [".top", "#main"]) document.querySelector(part).replaceWith(document.adoptNode(page.querySelector(part)));
    document.title = page.title;
    if (request.status < 400) { history.pushState(null, "", request.responseURL); moved = true; }
    window.htmx?.process(document.body);
    document.dispatchEvent(new Event("htmx:after:swap")); // What the other scripts do with what is new.
    document.getElementById("main").focus();
  }
  let moved = false;
  window.addEventListener("popstate", () => { if (moved) location.reload(); });

  // A link to a part that is folded away opens it.
  function unfold() {
    const part = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (part && part.matches("details[data-open-at-hash]")) { part.open = true; part.querySelector("summary").focus(); }
  }
  unfold();
  window.addEventListener("hashchange", unfold);

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-upload]") || event.defaultPrevented) return;
    if (!all(form, "input[type=file]").some((input) => input.files.length)) return;
    event.preventDefault();
    form.querySelector("[data-failed]")?.setAttribute("hidden", "");
    if (tooLarge(form)) { setTimeout(() => wake(form)); return; }
    const progress = bar(form);
    const request = new XMLHttpRequest();
    request.upload.onprogress = (at) => { if (at.lengthComputable) { progress.max = at.total; progress.value = at.loaded; } };
    request.onload = () => arrived(request);
    request.onerror = () => { wake(form); progress.hidden = true; form.querySelector("[data-failed]")?.removeAttribute("hidden"); };
    request.open("POST", form.action);
    request.send(new FormData(form, event.submitter));
  });

  // Charts: the library is fetched only where a page has one. Tooltips as text on the canvas: as HTML they would need inline style.
  const COLOURS = ["#0b4f8a", "#b35c00", "#17603a", "#7a3e9d", "#a61b1b", "#48525e"]; // Each 3:1 on white.

  function draw() {
    all(document, "[data-chart]:not([data-drawn])").forEach((box) => {
      const options = JSON.parse(box.dataset.chart);
      box.dataset.drawn = "";
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      const chart = window.echarts.init(box, null, { renderer: "canvas" });
      const font = getComputedStyle(document.body).fontFamily;
      chart.setOption({ color: COLOURS, grid: { left: 24, right: 24, top: 40, bottom: 32 }, ...options,
        ...(options.legend && { legend: { top: 4, ...options.legend } }),
        animation: !still && (options.animation ?? false), textStyle: { fontFamily: font, ...options.textStyle },
        tooltip: { ...options.tooltip, renderMode: "richText" } });
      new ResizeObserver(() => chart.resize()).observe(box);
    });
  }

  function charts() {
    if (!document.querySelector("[data-chart]:not([data-drawn])")) return;
    if (window.echarts) { draw(); return; }
    if (document.querySelector("script[data-echarts]")) return; // On its way.
    const script = document.createElement("script");
    script.src = document.body.dataset.charts;
    script.dataset.echarts = "";
    script.onload = draw;
    document.head.append(script);
  }

  // A table's box is a stop of the Tab key only where it scrolls.
  const boxes = () => all(document, ".table-box, .track").forEach((box) => { box.tabIndex = box.scrollWidth > box.clientWidth ? 0 : -1; });

  function fresh() { charts(); boxes(); }
  fresh();
  window.addEventListener("resize", boxes);
  document.addEventListener("htmx:after:swap", fresh);
})();

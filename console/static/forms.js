// What makes forms quicker to fill in: the amount in the other unit, a day's reading, rows added and removed. Every form works without it.
"use strict";
(() => {
  const PLACES = { yuan: 2, wan: 6, 元: 2, 万: 6, 亿: 10 };
  const narrow = (text) => text.replace(/[！-～]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0)).replace(/[　\u00a0]/g, " ").replace(/￥/g, "¥").trim();
  const grouped = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ",");

  // Whole fen as BigInt, or null: what the server reads; it alone decides.
  function fen(text, unit) {
    const found = /^¥? *(\d{1,3}(?:[, ]\d{3})+|\d+)(?:\.(\d+))? *(?:([万亿]|元|yuan|wan)元?整?)?$/i.exec(narrow(text));
    if (!found) return null;
    const places = PLACES[(found[3] || unit).toLowerCase()];
    const part = (found[2] || "").replace(/0+$/, "");
    if (!places || part.length > places) return null;
    return BigInt(found[1].replace(/[, ]/g, "") + part.padEnd(places, "0"));
  }

  function both(amount) {
    const digits = amount.toString().padStart(7, "0");
    const yuan = `${grouped(digits.slice(0, -2).replace(/^0+(?=\d)/, ""))}.${digits.slice(-2)}`;
    const part = digits.slice(-6).replace(/0+$/, "");
    const wan = grouped(digits.slice(0, -6).replace(/^0+(?=\d)/, "")) + (part ? `.${part}` : "");
    return document.documentElement.lang.startsWith("en") ? `${yuan} yuan = ${wan} × 10,000 yuan (万元)` : `${yuan} 元 = ${wan} 万元`;
  }

  function echo(box) {
    const input = box.querySelector("input"), unit = box.querySelector("select"), other = box.querySelector("[data-other]");
    if (!input || !other) return;
    const bare = unit?.value === "" && !/[元万亿¥]|yuan|wan/i.test(narrow(input.value)); // A count, and no amount.
    const amount = bare ? null : fen(input.value, unit?.value || "yuan");
    other.textContent = amount === null ? "" : both(amount);
  }

  function read(box) {
    const input = box.querySelector("input"), target = box.querySelector("[data-reading]");
    if (!input || !target) return;
    if (!input.value.trim()) { target.textContent = ""; return; }
    window.htmx?.ajax("GET", `/day?value=${encodeURIComponent(input.value)}`, { target, swap: "innerHTML" });
  }

  document.addEventListener("input", (event) => {
    const box = event.target.closest?.("[data-amount]");
    if (box) echo(box);
  });
  document.addEventListener("change", (event) => {
    const amount = event.target.closest?.("[data-amount]"), day = event.target.closest?.("[data-day]");
    if (amount) echo(amount);
    if (day) read(day);
  });

  const list = (set) => set.querySelector(".rows");
  const show = (root) => root.querySelectorAll("[data-remove-row]").forEach((button) => { button.hidden = false; });

  function next(set) {
    const names = [...list(set).querySelectorAll("[name]")].map((el) => /\.(\d+)\./.exec(el.name)?.[1] ?? -1);
    return Math.max(-1, ...names.map(Number)) + 1;
  }

  function add(set) {
    const row = set.querySelector("template[data-row]").content.firstElementChild.cloneNode(true), number = next(set);
    [row, ...row.querySelectorAll("*")].forEach((el) => {
      for (const at of ["id", "for", "aria-describedby", "list"]) {
        if (el.hasAttribute(at)) el.setAttribute(at, el.getAttribute(at).replaceAll("-N-", `-${number}-`));
      }
      if (el.hasAttribute("name")) el.setAttribute("name", el.getAttribute("name").replace(".*.", `.${number}.`));
    });
    show(row);
    list(set).append(row);
    row.querySelector("input, select, textarea")?.focus();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-add-row], [data-remove-row]");
    const set = button?.closest("[data-rows]");
    if (!set) return;
    event.preventDefault();
    if (button.matches("[data-add-row]")) { add(set); return; }
    button.closest("li").remove();
    set.querySelector("[data-add-row]").focus();
  });
  show(document);
  document.addEventListener("htmx:after:swap", () => show(document));

  // What is typed is kept as a draft, two seconds after the last change; files are not a part of it.
  const DRAFT_AFTER_MS = 2000;
  let draftTimer = 0;
  async function keep(form) {
    const words = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") words.append(name, value);
    const answer = await fetch(form.dataset.draft, { method: "POST", body: words, headers: { "HX-Request": "true" } }).catch(() => null);
    const told = document.getElementById("kept");
    if (answer && told) told.innerHTML = await answer.text(); // Our own page's piece, escaped there.
  }
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-draft]");
    if (!form) return;
    clearTimeout(draftTimer);
    draftTimer = setTimeout(() => keep(form), DRAFT_AFTER_MS);
  });
  document.addEventListener("submit", () => clearTimeout(draftTimer));
})();

// The slider of a fund's page says its day while it is moved. Without it the page that comes back says it.
"use strict";
(() => {
  document.addEventListener("input", (event) => {
    const range = event.target.closest?.("input[type=range][data-first-day]");
    if (!range) return;
    const day = new Date(`${range.dataset.firstDay}T00:00:00Z`);
    day.setUTCDate(day.getUTCDate() + Number(range.value));
    const said = day.toISOString().slice(0, 10);
    range.setAttribute("aria-valuetext", said);
    const output = document.querySelector(`output[for="${range.id}"]`);
    if (output) output.textContent = said;
  });
})();

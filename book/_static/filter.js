/* Filter the worked entries by verdict and by text. The form stays hidden where scripts do not run. */
(() => {
  "use strict";
  const form = document.querySelector("[data-filter]");
  const entries = [...document.querySelectorAll("section .entry")];
  const text = new Map(entries.map((entry) => [entry, entry.textContent.toLowerCase()]));
  const status = form.querySelector("[aria-live]");

  function apply() {
    const verdicts = [...form.querySelectorAll("input:checked")].map((box) => box.value);
    const wanted = form.querySelector("input[type=search]").value.trim().toLowerCase();
    let shown = 0;
    for (const entry of entries) {
      const fits = verdicts.some((verdict) => entry.classList.contains(verdict)) &&
        text.get(entry).includes(wanted);
      entry.hidden = !fits;
      shown += fits;
    }
    for (const group of document.querySelectorAll("section.entries")) {
      group.hidden = !group.querySelector(".entry:not([hidden])");
    }
    status.textContent = `${shown} of ${entries.length} entries shown`;
  }

  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
})();

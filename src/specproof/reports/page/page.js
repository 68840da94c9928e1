"use strict";
(() => {
  const filter = document.getElementById("filter");
  const findings = [...document.querySelectorAll(".finding")];
  const alike = [...document.querySelectorAll(".alike")];
  const count = document.getElementById("count");

  function apply() {
    const { text, severity, state } = Object.fromEntries(new FormData(filter));
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const finding of findings) {
      const told = finding.textContent.toLowerCase();
      const fits = (!severity || finding.dataset.severity === severity)
        && (!state || finding.dataset.state.split(" ").includes(state))
        && words.every((word) => told.includes(word));
      finding.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    for (const group of alike) {
      group.open = Boolean(text || severity || state);
      group.hidden = !group.querySelector(".finding:not([hidden])");
    }
    count.textContent = `${shown} of ${findings.length} shown`;
  }

  function copyByHand(text) {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }

  async function copy(button) {
    const text = button.parentElement.querySelector("pre").textContent;
    let done = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      done = copyByHand(text);
    }
    button.textContent = done ? "Copied" : "Select and copy by hand";
    button.focus();
  }

  if (filter) {
    filter.hidden = false;
    filter.addEventListener("input", apply);
    filter.addEventListener("submit", (event) => event.preventDefault());
    apply();
  }
  for (const button of document.querySelectorAll(".copy")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }

  function reveal() {
    const goal = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!goal) return;
    for (let at = goal; at; at = at.parentElement) {
      if (at.tagName === "DETAILS") at.open = true;
      at.hidden = false;
    }
    goal.scrollIntoView();
  }
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();
})();

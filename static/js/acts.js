// One row at a time: its form opens in the bar, Enter sends it, the next row follows.
"use strict";

const usual = new WeakSet();
let onward = null;

// ---- the verb that fits what is ticked comes first; without a tick, the one that fits the filter
function fitPrimary() {
  const offered = all("[data-acts] [data-takes]");
  offered.filter((button) => button.matches(".primary") && !button.matches(".is-fitted")).forEach((button) => usual.add(button));
  const ticked = takesAll() ? [] : boxes().filter((box) => box.checked);
  const states = ticked.map((box) => box.closest("tr").dataset.state);
  const fits = (button) => states.every((state) => button.dataset.takes.split(" ").includes(state));
  const first = (states.length && offered.find(fits)) || offered.find((button) => usual.has(button));
  offered.forEach((button) => {
    button.classList.toggle("primary", button === first);
    button.classList.toggle("is-fitted", button === first && !usual.has(button));
  });
}

function openAct(link) {
  const place = rows().indexOf(link.closest("[data-row]"));
  if (place >= 0) goTo(place);
  // whoever goes on has settled the one before; it would lie over the form
  all(".is-toast").forEach((toast) => toast.remove());
  window.htmx.ajax("GET", link.href, { target: "#act", swap: "outerHTML" });
}

function closeAct() {
  one("#act").replaceChildren();
  const row = rows()[here()];
  (row ? one("[data-open]", row) : one("[data-act]"))?.focus({ preventScroll: true });
}

function actOnCurrent(key) {
  const row = rows()[here()];
  const link = row && one(`[data-act="${CSS.escape(key)}"]`, row);
  if (link) openAct(link);
  return Boolean(link);
}

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || !window.htmx) return;
  const link = event.target.closest("[data-act], [data-act-close]");
  if (!link) return;
  event.preventDefault();
  if (link.matches("[data-act]")) openAct(link); else closeAct();
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest("[data-act-form]");
  if (!form) return;
  if (event.key === "Escape") closeAct();
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.matches("select, textarea")) return;
  event.preventDefault();
  form.requestSubmit();
});

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-act-form]")) onward = rows()[here() + 1]?.dataset.row ?? "";
});

// ---- an address may name the row that is to be the current one
function openRow() {
  const named = location.hash.match(/^#row=([\w-]+)$/)?.[1];
  const found = rows().findIndex((row) => row.dataset.row === named);
  if (found < 0) return;
  goTo(found);
  history.replaceState(history.state, "", location.pathname + location.search);
}

// after the other scripts, whose rows() it asks
document.addEventListener("DOMContentLoaded", openRow);

// at once, not when all has settled: the next key may come before
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.elt.id !== "results" || onward === null) return;
  const found = rows().findIndex((row) => row.dataset.row === onward);
  onward = null;
  if (rows().length) goTo(found < 0 ? rows().length - 1 : found);
});

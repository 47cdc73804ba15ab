// Behaviour of the console, found by data-* attributes. Everything works without it, slower.
"use strict";

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);
const inField = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

// ---- selection: kept while pages of one filter are turned, forgotten with the filter
const selection = { filter: null, ticked: new Set(), leftOut: new Set(), anchor: null };

// characters; rows left out beyond that are kept by this tab alone
const ROOM_IN_ADDRESS = 1500;
const RETURNS = ["back_forward", "reload"];
const returned = () => RETURNS.includes(performance.getEntriesByType("navigation")[0]?.type) || Boolean(one("[data-unsent]"));
const slot = () => `selection ${selection.filter}`;
const form = () => one("[data-bulk]");
const boxes = () => all("[data-tick]");
const takesAll = () => one("[data-bulk] input[name=scope]")?.value === "all";

function say(selector, text) {
  all(selector).forEach((place) => { place.textContent = text; });
}

function count() {
  return takesAll() ? null : selection.ticked.size;
}

function carry(name, keys) {
  const shown = new Set(boxes().map((box) => box.value));
  const elsewhere = [...keys].filter((key) => !shown.has(key));
  let input = one(`input[data-carried="${name}"]`, form());
  if (!input) {
    input = document.createElement("input");
    input.type = "hidden";
    input.dataset.carried = name;
    form().append(input);
  }
  input.name = name;
  input.value = elsewhere.join(",");
  input.disabled = elsewhere.length === 0;
}

function showSelection() {
  if (!form() || !one("[data-acts]")) return;
  boxes().forEach((box) => box.closest("tr").classList.toggle("is-selected", box.checked));
  const every = one("[data-tick-all]");
  if (every) {
    every.hidden = false;
    every.checked = boxes().length > 0 && boxes().every((box) => box.checked);
    every.indeterminate = !every.checked && boxes().some((box) => box.checked);
  }
  fitPrimary();
  const line = one("[data-selection]");
  const number = count();
  if (number === null) {
    carry("except", selection.leftOut);
    const left = selection.leftOut.size;
    say("[data-left-out]", left ? ` but ${left.toLocaleString("en")}` : "");
  } else {
    carry("ids", selection.ticked);
    line.hidden = number === 0;
    say("[data-count]", number.toLocaleString("en"));
    if (number) say("[data-acts-count]", `${number.toLocaleString("en")} selected`);
    all("[data-verb]").forEach((button) => { button.disabled = number === 0; });
    if (!number && !one("[data-acts-count]").children.length) say("[data-acts-count]", "Nothing selected");
  }
  keepSelection();
}

function keepSelection() {
  // first, so that what finds no room is forgotten and not what it was before
  sessionStorage.removeItem(slot());
  const rows = { ticked: [...selection.ticked], leftOut: [...selection.leftOut] };
  if (rows.ticked.length || takesAll()) sessionStorage.setItem(slot(), JSON.stringify(rows));
}

function beginSelection(state) {
  const isFirst = selection.filter === null;
  selection.filter = state;
  const kept = isFirst && returned() ? JSON.parse(sessionStorage.getItem(slot()) ?? "{}") : null;
  selection.ticked = new Set(kept?.ticked);
  selection.leftOut = new Set(kept?.leftOut);
  selection.anchor = null;
  if (kept && !takesAll()) boxes().forEach((box) => { box.checked = false; });
  return !kept || (takesAll() && !kept.leftOut);
}

function remember(box) {
  const set = takesAll() ? selection.leftOut : selection.ticked;
  const member = takesAll() ? !box.checked : box.checked;
  if (member) set.add(box.value); else set.delete(box.value);
}

function restoreSelection() {
  const results = one("#results");
  if (!results || !form()) return;
  const state = `${location.pathname}?${results.dataset.filter}|${takesAll()}`;
  const reads = selection.filter !== state && beginSelection(state);
  all("input[name=except]:not([data-carried])", form()).forEach((input) => {
    if (reads) input.value.split(",").forEach((key) => selection.leftOut.add(key));
    input.remove();
  });
  boxes().forEach((box) => {
    if (takesAll()) box.checked = !selection.leftOut.has(box.value);
    if (!takesAll() && selection.ticked.has(box.value)) box.checked = true;
    remember(box);
  });
  showSelection();
}

function tick(box, checked) {
  box.checked = checked;
  remember(box);
}

function tickRange(box) {
  const list = boxes();
  const from = list.findIndex((other) => other.value === selection.anchor);
  const to = list.indexOf(box);
  const [start, end] = from < 0 ? [to, to] : [Math.min(from, to), Math.max(from, to)];
  list.slice(start, end + 1).forEach((other) => tick(other, true));
  showSelection();
}

document.addEventListener("change", (event) => {
  const target = event.target;
  if (target.matches("[data-tick-all]")) {
    boxes().forEach((box) => tick(box, target.checked));
    showSelection();
  } else if (target.matches("[data-tick]")) {
    remember(target);
    selection.anchor = target.value;
    showSelection();
  }
});

document.addEventListener("click", (event) => {
  const box = event.target.closest("[data-tick]");
  if (box && event.shiftKey && selection.anchor) tickRange(box);
  if (event.target.closest("[data-clear]")) {
    event.preventDefault();
    selection.ticked.clear();
    boxes().forEach((other) => { other.checked = false; });
    showSelection();
  }
  all("details[data-menu][open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  if (event.target.closest("[data-keys-help]") && openHelp()) event.preventDefault();
});

// ---- keyboard: single keys, off in fields, off by choice (WCAG 2.1.4)
let went = 0;
const rows = () => all("[data-row]").filter((row) => row.checkVisibility());
const here = () => rows().findIndex((row) => row.classList.contains("is-current"));

function openHelp() {
  const dialog = one("#keys");
  if (!dialog?.showModal) return false;
  if (!dialog.open) dialog.showModal();
  return true;
}

function move(step) {
  const list = rows();
  if (!list.length) return;
  goTo(Math.max(0, Math.min(list.length - 1, here() + step)));
}

function goTo(next) {
  const list = rows();
  list.forEach((row, place) => row.classList.toggle("is-current", place === next));
  const link = one("[data-open], a", list[next]);
  link?.focus({ preventScroll: true });
  list[next].scrollIntoView({ block: "nearest" });
}

function tickCurrent(range) {
  const box = one("[data-tick]", rows()[here()] ?? document.createElement("i"));
  if (!box) return;
  if (range) tickRange(box); else tick(box, !box.checked);
  selection.anchor = box.value;
  showSelection();
}

function act(key) {
  if (count() === 0 && actOnCurrent(key)) return true;
  const button = all("[data-verb]").find((other) => other.dataset.verb === key);
  if (!button) return false;
  if (count() === 0) tickCurrent(false);
  if (!button.disabled && count() !== 0) button.click();
  return true;
}

function openFilter() {
  const menu = one("[data-filter-menu]");
  if (!menu) return false;
  menu.open = true;
  one("input:not([type=hidden]), select, textarea", menu)?.focus();
  return true;
}

function follow(selector) {
  const link = one(selector);
  if (link?.dataset.focus === undefined) link?.click(); else link.focus({ preventScroll: true });
  return Boolean(link);
}

const keys = {
  "/": () => { const field = one("[data-search]"); field?.closest("details")?.setAttribute("open", ""); field?.focus(); return Boolean(field); },
  j: () => { move(1); return rows().length > 0; },
  k: () => { move(here() < 0 ? 1 : -1); return rows().length > 0; },
  x: () => { tickCurrent(false); return true; },
  X: () => { tickCurrent(true); return true; },
  u: () => follow("[data-back]") || follow(".breadcrumbs li:nth-last-child(2) a"),
  f: openFilter,
  "?": openHelp,
};

document.addEventListener("keydown", (event) => {
  const off = document.documentElement.dataset.keys === "off";
  if (event.key === "Escape") all("details[data-menu][open]").forEach((menu) => { menu.open = false; one("summary", menu).focus(); });
  if (off || event.ctrlKey || event.metaKey || event.altKey || inField(event.target) || one("dialog[open]")) return;
  const afterG = Date.now() - went < 1500;
  went = 0;
  if (event.key === "g" && !afterG) { went = Date.now(); return; }
  const done = afterG ? follow(`[data-go="${CSS.escape(event.key)}"]`) : (keys[event.key]?.() || act(event.key) || follow(`[data-key="${CSS.escape(event.key)}"]`));
  if (done) event.preventDefault();
});

// ---- parts swapped by htmx
let busy = 0;

document.addEventListener("htmx:beforeRequest", (event) => {
  const source = event.detail.elt;
  if (document.hidden && source.closest("[data-poll]")) { event.preventDefault(); return; }
  const target = event.detail.target;
  clearTimeout(busy);
  if (!source.closest("[data-poll]")) busy = setTimeout(() => target.setAttribute("aria-busy", "true"), 300);
});

document.addEventListener("htmx:afterRequest", (event) => {
  clearTimeout(busy);
  event.detail.target?.removeAttribute("aria-busy");
});

function withoutSelection(address) {
  const [path, query] = address.split("?");
  const kept = new URLSearchParams(query);
  kept.delete("select");
  kept.delete("except");
  return `${path}?${kept}`;
}

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") return;
  const parameters = event.detail.formData;
  if (event.detail.elt.closest(".pager, thead") && form() && takesAll()) {
    event.detail.path = withoutSelection(event.detail.path);
    parameters.set("select", "all");
    const text = [...selection.leftOut].join(",");
    if (text && text.length <= ROOM_IN_ADDRESS) parameters.set("except", text);
  }
  for (const [name, value] of [...parameters.entries()]) {
    if (value === "" && name !== "columns") parameters.delete(name);
  }
});

const open = new Set();
document.addEventListener("htmx:beforeSwap", () => {
  open.clear();
  all("details[id][open]").forEach((part) => open.add(part.id));
});

document.addEventListener("htmx:afterSettle", (event) => {
  open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  showTotal();
  if (event.detail.elt.id !== "results") return;
  const messages = one("#messages");
  const arrived = messages?.dataset.arrived !== undefined;
  if (arrived) delete messages.dataset.arrived; else messages?.replaceChildren();
  say("#announce", (arrived && messages.innerText) || (event.detail.elt.dataset.announce ?? ""));
  restoreSelection();
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) all("[data-poll]").forEach((part) => window.htmx?.trigger(part, "shown"));
});

function showTotal() {
  const total = one("[data-total]")?.dataset.total;
  if (total) say("[data-total-here]", total);
}

document.addEventListener("htmx:sendError", (event) => {
  if (event.detail.elt.closest("[data-poll]")) return;
  say("#announce", "The server did not answer. What you see is the last state.");
});

restoreSelection();
// what has to be mended is where the person goes on
one("main [aria-invalid=true]")?.focus();

// Parts that keep themselves current: as of when they are, or why they could not be refreshed.
// After app.js, whose all(), one() and say() it uses.
"use strict";

const FIELDS = "textarea, input:not([type=hidden], [type=checkbox], [type=radio])";
const REACHABLE = "a[href], button, input, summary, [tabindex]";
const PATIENCE = 20_000;
const pollOf = (event) => (event.detail.requestConfig?.elt ?? event.detail.elt).closest("[data-poll]");
const isTyped = () => all(FIELDS).some((field) => field.value !== field.defaultValue);
const isMarked = (part) => !getSelection().isCollapsed && part.contains(getSelection().anchorNode);
let kept = null;

function showCurrent() {
  const part = one("[data-poll]");
  const place = one("#as-of");
  if (!part || !place) return;
  if (place.classList.contains("is-stale")) say("#announce", "The page is current again.");
  place.classList.add("is-live");
  place.classList.remove("is-stale");
  place.textContent = `Current as of ${part.dataset.asOf}`;
}

function showStale(why) {
  const place = one("#as-of");
  if (!place) return;
  const text = `Not refreshed since ${one("[data-poll]").dataset.asOf}: ${why}`;
  if (!place.classList.contains("is-stale")) say("#announce", text);
  place.classList.add("is-live", "is-stale");
  place.textContent = text;
}

// ---- focus and lists that were moved sideways stay where they are
function keep(part) {
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  kept = {
    focused: focused !== null,
    href: focused?.getAttribute("href"),
    place: all(REACHABLE, part).indexOf(focused),
    moved: all(".scroll", part).map((list) => list.scrollLeft),
  };
}

function restore(part) {
  if (!kept) return;
  const { focused, href, place, moved } = kept;
  kept = null;
  all(".scroll", part).forEach((list, number) => { list.scrollLeft = moved[number] ?? 0; });
  if (!focused || part.contains(document.activeElement)) return;
  const reachable = all(REACHABLE, part);
  const same = reachable.find((other) => href && other.getAttribute("href") === href);
  (same ?? reachable[place])?.focus({ preventScroll: true });
}

// ---- what is asked, and what comes back
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt.closest("[data-poll]")) event.detail.timeout = PATIENCE;
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const part = pollOf(event);
  if (!part) return;
  const { status } = event.detail.xhr;
  if (status >= 400) showStale(`the server answers ${status}`);
  if (status >= 400 || isMarked(part)) event.detail.shouldSwap = false;
  else keep(part);
});

document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (!pollOf(event)) return;
  const { xhr } = event.detail;
  if (xhr.getResponseHeader("HX-Redirect")) {
    event.preventDefault();
    showStale("you are signed out. Load the page again to sign in");
  } else if (xhr.getResponseHeader("HX-Refresh") && isTyped()) {
    event.preventDefault();
    showStale("it has moved on while you type. Load the page again to see it as it is now");
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  const part = event.detail.elt;
  if (!part.matches("[data-poll]")) return;
  restore(part);
  showCurrent();
});

// ---- the figures of the navigation come along with what is asked for anyway, now and then
const FIGURES_LAST = 15_000;
let figuresAt = Date.now();

document.addEventListener("htmx:configRequest", (event) => {
  const { verb, headers } = event.detail;
  if (verb === "get" && Date.now() - figuresAt < FIGURES_LAST) return;
  headers["X-Figures"] = "1";
});

document.addEventListener("figures", (event) => {
  figuresAt = Date.now();
  all("[data-figure]").forEach((place) => {
    const text = event.detail[place.dataset.figure];
    if (text === undefined) return;
    place.textContent = text;
    place.parentElement.hidden = text === "";
  });
});

["htmx:sendError", "htmx:timeout"].forEach((failure) => {
  document.addEventListener(failure, (event) => {
    if (pollOf(event)) showStale("the server does not answer");
  });
});

showCurrent();

// Answers of the server that lack the part asked for: said in words, while the page stays as it is.
"use strict";

const LATER = "What you see is the last state. Try again in a moment.";

function lacksItsPart(detail, answer) {
  if (detail.xhr.getResponseHeader("HX-Retarget")) return false;
  const part = detail.requestConfig.elt.closest("[hx-select]")?.getAttribute("hx-select");
  return part && part !== "unset" ? !answer.querySelector(part) : detail.xhr.status >= 400;
}

function wordsOf(answer, status) {
  const heading = answer.querySelector("#what");
  if (!heading) return `The server answered ${status} where a part of this page was due. ${LATER}`;
  const sentences = [...heading.parentElement.querySelectorAll("h1 ~ p:not(.row)")].map((part) => part.textContent.trim());
  return [`${heading.textContent.trim()}.`, ...sentences].join(" ");
}

function notice(words) {
  const place = document.querySelector("#messages");
  if (!place || place.querySelector("[data-answer]")?.textContent === words) return;
  const line = document.createElement("p");
  line.className = "notice is-bad";
  line.dataset.answer = "";
  line.textContent = words;
  place.replaceChildren(line);
  place.scrollIntoView({ block: "nearest" });
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = event;
  if (!detail.shouldSwap) return;
  const answer = new DOMParser().parseFromString(detail.serverResponse, "text/html");
  if (lacksItsPart(detail, answer)) {
    detail.shouldSwap = false;
    notice(wordsOf(answer, detail.xhr.status));
  } else {
    document.querySelector("[data-answer]")?.remove();
  }
});

// whoever takes a filter off by keyboard goes on at the next one
let fromChip = false;

document.addEventListener("htmx:beforeSwap", () => {
  fromChip = Boolean(document.activeElement?.closest(".chip"));
});

document.addEventListener("htmx:afterSettle", () => {
  if (!fromChip || document.activeElement !== document.body) return;
  document.querySelector(".chip-remove, [data-filter-menu] > summary")?.focus();
});

// A double click sends once.
"use strict";

const SAME_CLICK = 1000;
const sent = new WeakMap();

document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  if (event.timeStamp - (sent.get(event.target) ?? -SAME_CLICK) < SAME_CLICK) event.preventDefault();
  else sent.set(event.target, event.timeStamp);
});

// The first click of two may have led to the next request, whose button stands in the same place.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (event.detail > 1 && button?.form?.method === "post") event.preventDefault();
});

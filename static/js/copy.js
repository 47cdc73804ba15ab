// A button that copies what it names; it stays away where browsers copy nothing.
"use strict";

async function copyText(button) {
  await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
  document.querySelector("#announce").textContent = "Copied";
  button.lastChild.textContent = "Copied";
}

document.querySelectorAll("[data-copy]").forEach((button) => {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", () => copyText(button));
});

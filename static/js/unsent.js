// A form that came too late: what was typed goes back into its fields. Forms that stay get the token of the new session.
"use strict";

const takesWords = (field) => field.name && !field.disabled && !["hidden", "password", "file", "submit", "button"].includes(field.type);
const isChoice = (field) => ["checkbox", "radio"].includes(field.type);

function valuesOf(late) {
  const values = new Map();
  late.querySelectorAll("dt").forEach((term) => {
    const known = values.get(term.dataset.name) ?? [];
    values.set(term.dataset.name, [...known, term.nextElementSibling.textContent]);
  });
  return values;
}

function goesTo(form, path) {
  const buttons = [...form.elements].map((field) => field.getAttribute("formaction")).filter((address) => address !== null);
  const addresses = [form.getAttribute("action") ?? "", ...buttons];
  return form.getAttribute("method") === "post" && addresses.some((address) => new URL(address || location.href, location).pathname === path);
}

// several forms of a page may go to one address, apart in what they carry
function carriesTheSame(form, values) {
  const carried = [...form.elements].filter((field) => field.type === "hidden" && values.has(field.name));
  return carried.every((field) => values.get(field.name).includes(field.value));
}

function fill(field, values) {
  if (isChoice(field)) field.checked = (values ?? []).includes(field.value);
  else if (field.type === "select-multiple") [...field.options].forEach((option) => { option.selected = (values ?? []).includes(option.value); });
  else if (values) field.value = values[0];
  if (values) field.closest("details")?.setAttribute("open", "");
}

function giveBack(late) {
  const values = valuesOf(late);
  const forms = [...document.forms].filter((one) => goesTo(one, late.dataset.unsent));
  const form = forms.find((one) => carriesTheSame(one, values)) ?? forms[0];
  // rows of a list are ticked by their ids, with the rest of the selection
  const known = form ? [...form.elements] : [];
  const fields = known.filter((field) => takesWords(field) && !field.matches("[data-tick], [data-tick-all]"));
  fields.forEach((field) => fill(field, values.get(field.name)));
  const hasPlace = (name) => known.some((field) => field.name === name);
  if ([...values.keys()].every(hasPlace)) late.querySelector("details")?.remove();
  fields.find((field) => values.has(field.name))?.focus();
}

const late = document.querySelector("[data-unsent]");
if (late) giveBack(late);

function renew(token) {
  document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token; });
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
}

document.addEventListener("renewed", (event) => renew(event.detail.token));

// ---- whoever signs in again in another tab sends from here at once
const tabs = new BroadcastChannel("signed in");
const valueOf = (name) => document.querySelector(`input[name=${name}]`)?.value;

function tellOfReturn({ token, account }) {
  const notice = document.querySelector("[data-signed-out]");
  if (!notice) return;
  const isSame = account === valueOf("begun_by");
  if (isSame) renew(token);
  notice.classList.toggle("is-bad", !isSame);
  notice.textContent = isSame
    ? "You are signed in again. Send it once more."
    : "Somebody else is signed in now: load this page again.";
}

tabs.addEventListener("message", (event) => tellOfReturn(event.data));
if (valueOf("begun_by")) tabs.postMessage({ token: valueOf("csrfmiddlewaretoken"), account: valueOf("begun_by") });

/** What the page does: filters, and opening all tests at once. */
export const PAGE_SCRIPT = `
"use strict";
const tests = [...document.querySelectorAll(".test")];
const sections = [...document.querySelectorAll("main > section")];
const buttons = [...document.querySelectorAll("[data-state][aria-pressed]")];
const search = document.getElementById("search");
const fold = document.getElementById("fold");
const nothing = document.querySelector(".nothing");
let state = "";
function apply() {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  for (const test of tests) {
    const fits = words.every((word) => test.dataset.text.includes(word));
    test.hidden = !fits || (state !== "" && test.dataset.state !== state);
  }
  for (const section of sections) section.hidden = !section.querySelector(".test:not([hidden])");
  nothing.hidden = tests.some((test) => !test.hidden);
}
for (const button of buttons) {
  button.addEventListener("click", () => {
    state = button.dataset.state;
    for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
    apply();
  });
}
search.addEventListener("input", apply);
fold.addEventListener("click", () => {
  const open = fold.textContent === "open all";
  for (const test of tests) if (!test.hidden) test.open = open;
  fold.textContent = open ? "close all" : "open all";
});
`;

// The reader's guess comes first; it is kept in this browser and sent nowhere.
import { element, escaped } from "./markup.js";

const KEY = "acceleration-course.prediction.";

export function remembered(name) {
  try {
    return JSON.parse(localStorage.getItem(KEY + name));
  } catch {
    return null; // storage may be switched off, or hold what another version wrote
  }
}

export function remember(name, answer) {
  try {
    if (answer === null) localStorage.removeItem(KEY + name);
    else localStorage.setItem(KEY + name, JSON.stringify(answer));
  } catch {
    // Without storage the prediction lasts as long as the page is open.
  }
}

// { question, choices: [[value, words], ...] } or { question, unit, hint }.
export function predictionForm(id, { question, choices, unit }) {
  const answer = choices
    ? choices.map(([value, words], index) => element(
      "label", { class: "tt-choice" },
      element("input", { type: "radio", name: `${id}-guess`, value: JSON.stringify(value), required: index === 0 }),
      element("span", {}, escaped(words)),
    )).join("")
    : element(
      "label", { class: "tt-number" },
      element("span", {}, "Your prediction"),
      element("input", { type: "text", inputmode: "decimal", name: `${id}-guess`, autocomplete: "off", size: 8 }),
      element("span", {}, escaped(unit)),
    );
  return element(
    "form", { class: "tt-predict", novalidate: "" },
    element("fieldset", {}, element("legend", {}, `<b>Predict first.</b> ${escaped(question)}`), answer),
    element("p", { class: "tt-problem", role: "alert" }),
    element(
      "p", { class: "tt-buttons" },
      element("button", { type: "submit" }, "Lock in my prediction"),
      element("button", { type: "button", class: "tt-skip" }, "Show without predicting"),
    ),
  );
}

// Returns { answer } or { problem: sentence }.
export function readPrediction(form, { choices }) {
  const input = form.querySelector(choices ? "input:checked" : "input");
  if (choices) {
    return input ? { answer: JSON.parse(input.value) } : { problem: "Choose one of the answers first." };
  }
  const typed = input.value.trim().replace(/,/g, "");
  const answer = Number(typed);
  if (typed !== "" && Number.isFinite(answer) && answer > 0) return { answer };
  return { problem: `${input.value.trim() || "Nothing"} is no number above 0; type one such as 1.5.` };
}

// Puts into each quiz of the page what one answers with, and answers at once, in the page alone.
// book/_ext/quiz.py writes the quizzes.
(() => {
  "use strict";

  const GROUPED = /^[1-9]\d{0,2}(?:[,_ ']\d{3})+(?:\.\d+)?$/;
  const PLAIN = /^\d*\.?\d+(?:e[+-]?\d+)?$|^\d+\.$/i;
  const DECIMAL_COMMA = /^\d+,\d+$/;
  // A product or quotient of numbers and powers, the way it is typed: 1.5 x 10^9, 1/6, 2**20.
  const OPERATORS = /([*\u00b7\u00d7x/])/;

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  const paragraph = (verdict, text = "") => make("p", {}, make("strong", {}, verdict), " ", text);

  // A copy must have no place of its own in the page, nor a button that only works once.
  const copies = (source) => {
    const copy = source.cloneNode(true);
    copy.querySelectorAll("button").forEach((button) => button.remove());
    copy.querySelectorAll("[id]").forEach((element) => element.removeAttribute("id"));
    return [...copy.childNodes];
  };

  const plainNumber = (text) => {
    if (GROUPED.test(text)) return Number(text.replace(/[,_ ']/g, ""));
    if (DECIMAL_COMMA.test(text)) return Number(text.replace(",", "."));
    return PLAIN.test(text) ? Number(text) : NaN;
  };

  const power = (text) => {
    const [base, exponent, ...more] = text.trim().split("^");
    if (more.length) return NaN;
    const value = plainNumber(base.trim());
    if (exponent === undefined) return value;
    return /^[+-]?\d+$/.test(exponent.trim()) ? value ** Number(exponent) : NaN;
  };

  // The number that a reader has typed, or NaN.
  const readNumber = (typed, unit) => {
    let text = typed.replace(/\u2212/g, "-").replace(/[\u03bc]/g, "\u00b5").replace(/\s+/g, " ");
    text = text.replace(/\*\*/g, "^").replace(/^[ ~=\u2248]+/, "").trim();
    const units = unit === "times" ? ["times", "x", "\u00d7"] : [unit];
    const ending = units.find((end) => text.toLowerCase().endsWith(end.toLowerCase()));
    if (ending !== undefined) text = text.slice(0, -ending.length).trim();
    let sign = 1;
    if (/^[+-]/.test(text)) {
      sign = text[0] === "-" ? -1 : 1;
      text = text.slice(1);
    }
    const parts = text.split(OPERATORS);
    let value = power(parts[0]);
    for (let at = 1; at < parts.length; at += 2) {
      const factor = power(parts[at + 1]);
      value = parts[at] === "/" ? value / factor : value * factor;
    }
    return Number.isFinite(value) ? sign * value : NaN;
  };

  const write = (value) =>
    value !== 0 && (Math.abs(value) >= 1e15 || Math.abs(value) < 1e-6)
      ? value.toExponential()
      : value.toLocaleString("en", { maximumSignificantDigits: 12 });

  // quiz.py asks the same of the numbers that an author foresees.
  const close = (value, other, percent) => Math.abs(value - other) <= (percent / 100 + 1e-9) * other;

  // A count is right or wrong; a result may have been rounded too early.
  const nearly = (value, { dataset }) =>
    Number(dataset.tolerance) > 0 &&
    close(value, Number(dataset.value), 2 * Number(dataset.tolerance) + 2);

  // How a wrong number lies to the right one: enough to look again, too little to compute it from.
  const distance = (value, quiz) => {
    if (value <= 0) return "The answer is a number above zero.";
    const { unit } = quiz.dataset;
    const tolerance = Number(quiz.dataset.tolerance);
    const answer = Number(quiz.dataset.value);
    if (unit === "%" && close(100 * value, answer, tolerance)) {
      return "That is the right share, but the answer is asked in percent.";
    }
    const direction = value > answer ? "large" : "small";
    const ratio = Math.max(value / answer, answer / value);
    const factor = [2, 4, 8, 1e3, 1e6, 1e9, 1e12].find((each) => close(ratio, each, tolerance));
    if (factor) {
      const advice = factor < 10 ? "" : ": look at the unit again";
      return `That is too ${direction} by a factor of ${write(factor)}${advice}.`;
    }
    const binary = ["kB and KiB", "MB and MiB", "GB and GiB"].find(
      (pair, at) => /byte|B$/.test(unit) && close(ratio, 1.024 ** (at + 1), tolerance),
    );
    if (binary) return `That is too ${direction} by as much as ${binary} differ.`;
    if (nearly(value, quiz)) return `That is a little too ${direction}: round only at the end.`;
    if (ratio < 1.1) return `That is too ${direction} by less than 10 %.`;
    if (ratio < 2) return `That is too ${direction} by less than a factor of 2.`;
    return `That is too ${direction} by a factor of ${ratio < 10 ? "less than 10" : "10 or more"}.`;
  };

  // What to say about an answer, after the verdict: "right", "wrong" or, where there is none, "none".
  const judgeNumber = (quiz, typed) => {
    const { unit } = quiz.dataset;
    const tolerance = Number(quiz.dataset.tolerance);
    if (!typed.trim()) return ["none", [paragraph("No number yet.", "Write one first.")]];
    const value = readNumber(typed, unit);
    if (Number.isNaN(value)) {
      const help = `Write it in ${unit}, as in 1000, 1,000, 0.5, 1e9, 2^20 or 1/6.`;
      return ["none", [paragraph(`“${typed.trim()}” is not a number here.`, help)]];
    }
    const echo = `${write(value)} ${unit}`;
    if (close(value, Number(quiz.dataset.value), tolerance)) {
      return ["right", [paragraph("Right:", `${echo}. The worked answer is open below.`)]];
    }
    const known = [...quiz.querySelectorAll(".quiz-reasons > li")].find((reason) =>
      close(value, Number(reason.dataset.value), tolerance),
    );
    if (known) return ["wrong", copies(known)];
    const hint = copies(quiz.querySelector(".quiz-hint"));
    const verdict = nearly(value, quiz) ? "not exact enough" : "wrong";
    return ["wrong", [paragraph(`${echo}: ${verdict}.`, distance(value, quiz)), ...hint]];
  };

  const judgeChoice = (quiz, chosen) => {
    if (chosen < 0) return ["none", [paragraph("No option yet.", "Choose one first.")]];
    const option = quiz.querySelectorAll(".quiz-options > li")[chosen];
    const reason = quiz.querySelectorAll(".quiz-reasons > li")[chosen];
    return [option.hasAttribute("data-right") ? "right" : "wrong", copies(reason)];
  };

  const addRadios = (quiz, name) => {
    const radios = [...quiz.querySelectorAll(".quiz-options > li")].map((option) => {
      const radio = make("input", { type: "radio", name });
      const text = make("span", {}, ...option.childNodes);
      option.append(make("label", {}, radio, text));
      return radio;
    });
    return () => judgeChoice(quiz, radios.findIndex((radio) => radio.checked));
  };

  const addField = (quiz, controls) => {
    const field = make("input", { type: "text", inputmode: "decimal", autocomplete: "off" });
    const { unit } = quiz.dataset;
    controls.append(make("label", {}, make("span", {}, "Your answer"), " ", field, ` ${unit}`));
    return () => judgeNumber(quiz, field.value);
  };

  document.querySelectorAll("fieldset.quiz").forEach((quiz, at) => {
    const controls = make("div", { class: "quiz-controls" });
    const choice = quiz.classList.contains("quiz-choice");
    const judge = choice ? addRadios(quiz, `quiz-${at}`) : addField(quiz, controls);
    controls.append(make("button", { type: "submit" }, "Check"));
    const status = make("div", { class: "quiz-status", role: "status" });
    const answer = quiz.querySelector(".quiz-answer");
    answer.before(controls, status);

    // A form takes Enter from every control; it is never sent.
    const form = make("form", { novalidate: "", autocomplete: "off" });
    quiz.replaceWith(form);
    form.append(quiz);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const [verdict, words] = judge();
      status.dataset.verdict = verdict;
      status.replaceChildren(...words);
      if (verdict === "right") answer.open = true;
    });
    // What was said belongs to the answer that it was said about.
    form.addEventListener("input", () => status.replaceChildren());
  });
})();

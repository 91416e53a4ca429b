// What every explorer has: a prediction, controls, a picture, words, a table, a link to its state.
//
// An explorer is an object with
//   name, title        "tiles", "Tile explorer"
//   shape              a check of validate.js for its data
//   prediction(data)   { question, choices | unit, explain(answer) }
//   controls(data, state)  [{ key, label, values, text(value), as: "slider" | "select" },
//                       { key, label, as: "range", least, most, text }, whole numbers,
//                       { key, label, as: "number", unit, least, most, optional }, 0 where it is left out,
//                       { key, label, as: "switch" }]
//   start(data)        the state before anything was moved
//   settle(data, state)    optional: the nearest state that the data has
//   view(data, state)  { status, facts: [[term, words], ...], pictures: [{ title, draw(width) }],
//                       table: { columns, rows, chosen }, badge? }; a cell is words or { text, value }
//
// Its home is a page, where data was recorded, or a notebook, where a moved control is measured.
import { element, escaped } from "./markup.js";
import { predictionForm, readPrediction, remember, remembered } from "./prediction.js";

const SPOKEN_AFTER_MS = 500;

export function mount(root, explorer, home) {
  const id = root.id || `explorer-${explorer.name}`;
  root.classList.add("tt-explorer");
  const trouble = problemWith(explorer, home.data());
  if (trouble) {
    showSentence(root, explorer, trouble);
    home.onChange(() => {
      if (!problemWith(explorer, home.data())) mount(root, explorer, home);
    });
    return;
  }
  let data = home.data();
  let answer = remembered(explorer.name);
  let state = settled(explorer, data, { ...explorer.start(data), ...home.state() });
  Object.assign(state, fromAddress(explorer, data, state, id) ?? {});
  root.innerHTML = skeleton(id, explorer);
  const part = (name) => root.querySelector(`.tt-${name}`);
  const widths = new Map();
  let view;
  let speech;

  function say(words) {
    clearTimeout(speech);
    speech = setTimeout(() => { part("spoken").textContent = words; }, SPOKEN_AFTER_MS);
  }

  function repaint() {
    try {
      view = explorer.view(data, state);
    } catch (error) {
      part("status").textContent = `This position cannot be shown (${error.message}); move a control.`;
      return;
    }
    part("status").textContent = view.status;
    part("facts").innerHTML = view.facts
      .map(([term, words]) => `<div><dt>${escaped(term)}</dt><dd>${escaped(words)}</dd></div>`)
      .join("");
    drawPictures();
    part("table").innerHTML = tableOf(view.table, explorer.title);
    part("csv").href = `data:text/csv;charset=utf-8,${encodeURIComponent(csvOf(view.table))}`;
    part("csv").download = `${explorer.name}.csv`;
    part("link").innerHTML = home.link
      ? `<a href="#${escaped(addressOf(id, state))}">Link to this state</a>`
      : `Reopen it here with <code>${escaped(callOf(data, state))}</code>`;
    part("badge").textContent = view.badge ?? data.badge;
  }

  // Pictures keep their place while the words around them change.
  function drawPictures() {
    const holder = part("pictures");
    while (holder.children.length > view.pictures.length) holder.lastChild.remove();
    while (holder.children.length < view.pictures.length) {
      const figure = document.createElement("figure");
      figure.innerHTML = "<div></div><figcaption></figcaption>";
      holder.append(figure);
      sizes.observe(figure);
    }
    view.pictures.forEach((picture, index) => {
      const figure = holder.children[index];
      if (!widths.has(figure)) widths.set(figure, figure.clientWidth);
      const width = widths.get(figure);
      if (width > 0) figure.firstChild.innerHTML = picture.draw(width);
      figure.lastChild.textContent = picture.title;
    });
  }

  const sizes = new ResizeObserver((entries) => {
    let changed = false;
    for (const { target, contentRect } of entries) {
      const width = Math.floor(contentRect.width);
      if (widths.get(target) !== width) changed = true;
      widths.set(target, width);
    }
    if (changed && answer !== null) drawPictures();
  });

  // A control that is there already is changed, never replaced: it may be under the reader's finger.
  function showControls() {
    const holder = part("controls");
    const old = new Map([...holder.children].map((one) => [one.dataset.control, one]));
    explorer.controls(data, state).filter(hasChoice).forEach((control, place) => {
      const kind = `${control.key} ${control.as}`;
      const shown = old.get(kind) ?? controlOf(id, control);
      old.delete(kind);
      shown.dataset.control = kind;
      if (holder.children[place] !== shown) holder.insertBefore(shown, holder.children[place] ?? null);
      show(shown, control, state[control.key]);
    });
    for (const one of old.values()) one.remove();
  }

  function moved(key, value) {
    state = settled(explorer, data, { ...state, [key]: value }, key);
    showControls();
    repaint();
    home.moved(state);
    say(view.status);
  }

  part("controls").addEventListener("input", (event) => {
    const { key } = event.target.dataset;
    const control = explorer.controls(data, state).find((one) => one.key === key);
    if (!control) return;
    const { value, problem } = read(control, event.target);
    const line = part("controls").querySelector(`[data-problem="${key}"]`);
    if (line) line.textContent = problem ?? "";
    if (problem) event.target.setAttribute("aria-invalid", "true");
    else event.target.removeAttribute("aria-invalid");
    if (!problem) moved(key, value);
  });
  // Only a control that is let go of changes the address: browsers limit how often it may change.
  part("controls").addEventListener("change", () => {
    if (home.link) history.replaceState(null, "", `#${addressOf(id, state)}`);
  });
  part("controls").addEventListener("submit", (event) => event.preventDefault());

  function explain() {
    const prediction = explorer.prediction(data);
    part("asked").hidden = answer !== null;
    part("rest").hidden = answer === null;
    part("answer").hidden = answer === null;
    if (answer === null) return;
    const said = answer.skipped ? prediction.explain(null) : prediction.explain(answer.value);
    part("explanation").textContent = said;
  }

  function unlock(given) {
    answer = given;
    remember(explorer.name, given);
    explain();
    showControls();
    repaint();
    home.moved(state);
    say(part("explanation").textContent);
  }

  function ask() {
    part("asked").innerHTML = predictionForm(id, explorer.prediction(data));
    const form = part("predict");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const read = readPrediction(form, explorer.prediction(data));
      form.querySelector(".tt-problem").textContent = read.problem ?? "";
      if (!read.problem) unlockAndFocus({ value: read.answer });
    });
    form.querySelector(".tt-skip").addEventListener("click", () => unlockAndFocus({ skipped: true }));
  }

  function unlockAndFocus(given) {
    unlock(given);
    part("answer").focus();
  }

  part("again").addEventListener("click", () => {
    answer = null;
    remember(explorer.name, null);
    ask();
    explain();
    part("asked").querySelector("input").focus();
  });

  home.onChange(() => {
    const problem = problemWith(explorer, home.data());
    // What is being measured now comes before what the last measurement had to say.
    part("activity").textContent = problem ?? (home.activity() || home.trouble());
    part("activity").dataset.kind = problem || !home.activity() ? "trouble" : "";
    if (problem) return;
    data = home.data();
    state = settled(explorer, data, state);
    explain();
    if (answer === null) return;
    showControls();
    repaint();
    if (!home.activity()) say(view.status);
  });

  if (home.link) {
    addEventListener("hashchange", () => {
      const asked = fromAddress(explorer, data, state, id);
      if (!asked) return;
      state = settled(explorer, data, { ...state, ...asked });
      root.scrollIntoView();
      if (answer === null) return;
      showControls();
      repaint();
    });
    if (fromAddress(explorer, data, state, id)) root.scrollIntoView();
  }

  ask();
  explain();
  if (answer !== null) {
    showControls();
    repaint();
    home.moved(state);
  }
}

function problemWith(explorer, data) {
  try {
    const sentence = data && data.trouble ? data.trouble : explorer.shape(data, "the data");
    if (sentence) return sentence;
    explorer.view(data, settled(explorer, data, explorer.start(data)));
    return undefined;
  } catch (error) {
    return `the data does not fit together (${error.message})`;
  }
}

// One control after the other, in the order of the first state: what an earlier one stands on
// decides what a later one offers.
function settled(explorer, data, state, moved) {
  const wanted = explorer.settle ? explorer.settle(data, state, moved) : state;
  const fitting = explorer.start(data);
  for (const [key, first] of Object.entries(fitting)) {
    const control = explorer.controls(data, fitting).find((one) => one.key === key);
    if (control) fitting[key] = fit(control, wanted[key], first);
    else if (typeof wanted[key] === typeof first) fitting[key] = wanted[key];
  }
  return fitting;
}

// A value that a control cannot take becomes the nearest that it can.
function fit(control, value, fallback) {
  if (control.as === "switch") return Boolean(value ?? fallback);
  if (control.as === "number") {
    const number = Number(value);
    if (control.optional && number === 0) return 0;
    return number >= control.least && number <= control.most ? number : fallback;
  }
  if (control.as === "range") {
    return Math.min(Math.max(Math.round(Number(value) || control.least), control.least), control.most);
  }
  if (control.values.includes(value)) return value;
  if (typeof value !== "number") return fit(control, fallback, control.values[0]);
  return control.values.reduce(
    (best, one) => (Math.abs(Math.log(one / value)) < Math.abs(Math.log(best / value)) ? one : best),
  );
}

// A control with nothing to choose would be a dead one: it is left out.
function hasChoice({ as, values, least, most }) {
  if (as === "range") return most > least;
  return values === undefined || values.length > 1;
}

function showSentence(root, explorer, sentence) {
  root.innerHTML = element("p", { class: "tt-title" }, escaped(explorer.title))
    + element("p", { class: "tt-trouble", role: "status" }, `This explorer cannot be shown: ${escaped(sentence)}.`);
}

function skeleton(id, explorer) {
  const spoken = { class: "tt-spoken", role: "status", "aria-live": "polite" };
  return `<p class="tt-title" id="${id}-title">${escaped(explorer.title)}</p>
<div class="tt-asked"></div>
<div class="tt-answer" tabindex="-1" hidden=""><p class="tt-explanation"></p>
<button type="button" class="tt-again">Predict again</button></div>
<div class="tt-rest" hidden="">
<form class="tt-controls" aria-labelledby="${id}-title"></form>
<p class="tt-status"></p><p class="tt-activity"></p>
<div class="tt-pictures"></div>
<dl class="tt-facts"></dl>
<details class="tt-data"><summary>The same data as a table</summary><div class="tt-table"
 tabindex="0" role="region" aria-label="Data: ${escaped(explorer.title)}"></div></details>
<p class="tt-foot"><small class="tt-badge badge-line"></small> <a class="tt-csv">Table as CSV</a>
<span class="tt-link"></span></p>
</div>
${element("p", spoken)}`;
}

function controlOf(id, control) {
  const name = `${id}-${control.key}`;
  const common = { id: name, "data-key": control.key };
  const holder = document.createElement("div");
  holder.className = control.as === "switch" ? "tt-control tt-switch" : "tt-control";
  const label = element("label", { for: name });
  if (control.as === "select") {
    holder.innerHTML = label + element("select", common);
  } else if (control.as === "switch") {
    holder.innerHTML = `<input type="checkbox" id="${name}" data-key="${control.key}">${label}`;
  } else if (control.as === "number") {
    const input = { ...common, type: "text", inputmode: "decimal", autocomplete: "off", size: 9, "aria-describedby": `${name}-problem` };
    const unit = control.unit ? ` <span>${escaped(control.unit)}</span>` : "";
    holder.innerHTML = `${label}<span class="tt-entry">${element("input", input)}${unit}</span>`
      + `<p class="tt-problem" id="${name}-problem" data-problem="${control.key}" role="alert"></p>`;
  } else {
    const input = element("input", { ...common, type: "range", min: 0, step: 1 });
    holder.innerHTML = `${label}${element("output", { for: name })}${input}`;
  }
  return holder;
}

function show(holder, control, value) {
  const input = holder.querySelector("[data-key]");
  holder.querySelector("label").textContent = control.label;
  if (control.as === "switch") {
    input.checked = value;
  } else if (control.as === "number") {
    const written = control.optional && value === 0 ? "" : String(value);
    if (Number(input.value.replace(/,/g, "")) !== value) {
      input.value = written;
      input.removeAttribute("aria-invalid");
      holder.querySelector(".tt-problem").textContent = "";
    }
  } else if (control.as === "select") {
    const options = control.values.map((one, index) => element("option", { value: index }, escaped(control.text(one)))).join("");
    if (input.dataset.options !== options) input.innerHTML = options;
    input.dataset.options = options;
    input.value = String(control.values.indexOf(value));
  } else {
    const words = control.text(value);
    [input.min, input.max] = control.as === "range"
      ? [control.least, control.most] : [0, control.values.length - 1];
    input.value = String(control.as === "range" ? value : control.values.indexOf(value));
    input.setAttribute("aria-valuetext", words);
    holder.querySelector("output").textContent = words;
  }
}

function read(control, input) {
  if (control.as === "switch") return { value: input.checked };
  if (control.as === "range") return { value: Number(input.value) };
  if (control.as !== "number") return { value: control.values[Number(input.value)] };
  const typed = input.value.trim();
  const value = Number(typed.replace(/,/g, ""));
  if (typed === "" && control.optional) return { value: 0 };
  if (typed !== "" && value >= control.least && value <= control.most) return { value };
  return {
    problem: `${typed || "Nothing"} does not fit: type a number from ${brief(control.least)} to ${brief(control.most)}.`,
  };
}

// 1e18 rather than nineteen digits.
function brief(limit) {
  return limit >= 1e6 || limit < 1e-3 ? limit.toExponential().replace("+", "") : String(limit);
}

function tableOf({ columns, rows, chosen }, title) {
  const head = columns.map((name) => element("th", { scope: "col" }, escaped(name))).join("");
  const body = rows.map((row, index) => element(
    "tr", { "aria-current": index === chosen ? "true" : undefined },
    row.map((cell, column) => {
      const words = escaped(cell.text ?? cell);
      return column === 0 ? `<th scope="row">${words}</th>` : `<td>${words}</td>`;
    }).join(""),
  )).join("");
  return `<table><caption>${escaped(title)}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

function csvOf({ columns, rows }) {
  const quoted = (cell) => {
    const words = String(cell.value ?? cell.text ?? cell);
    return /[",\n]/.test(words) ? `"${words.replace(/"/g, '""')}"` : words;
  };
  return [columns, ...rows].map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
}

function addressOf(id, state) {
  const query = Object.entries(state).map(([key, value]) => `${key}=${encodeURIComponent(JSON.stringify(value))}`);
  return `${id}?${query.join("&")}`;
}

function fromAddress(explorer, data, state, id) {
  const [anchor, query] = location.hash.slice(1).split("?");
  if (anchor !== id || query === undefined) return null;
  const asked = {};
  for (const [key, value] of new URLSearchParams(query)) {
    try {
      if (key in state) asked[key] = JSON.parse(value);
    } catch {
      // Part of a link that was cut off: that control stays where it is.
    }
  }
  return settled(explorer, data, { ...state, ...asked });
}

function callOf(data, state) {
  const given = Object.entries(state).map(([key, value]) => `${key}=${python(value)}`).join(", ");
  return `${data.call}${data.call.endsWith("(") ? "" : ", "}${given})`;
}

function python(value) {
  if (typeof value === "boolean") return value ? "True" : "False";
  return JSON.stringify(value);
}

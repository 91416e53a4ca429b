// What there is to hear of a chapter, in order: one utterance for each sentence, with its place.
// A sentence has a `range` in the page; what has no words there (a figure, code) has an `element`.
(() => {
  "use strict";

  const { inWords } = window.courseListen;

  // Some browsers fall silent in the middle of what takes them longer than some seconds.
  const LONGEST = 200;
  const SHORTEST = 4;

  const SILENT = [
    "script, style, template, nav, button, input, [hidden], [aria-hidden=true]",
    ".headerlink, .toctree-wrapper, .eqno, .badge-line, .citation > .label, .listen, .toggle-button",
  ].join();
  const BLOCKS = [
    "article, aside, blockquote, dd, details, div, dl, dt, fieldset, figcaption, figure, form",
    "h1, h2, h3, h4, h5, h6, img, legend, li, ol, p, pre, section, summary, svg, table, ul",
    ".sd-tab-label",
  ].join();

  const UNITS = {
    "GFLOP/s": "gigaflops per second", "TFLOP/s": "teraflops per second", "GB/s": "gigabytes per second",
    "FLOP/byte": "FLOP per byte", KiB: "kibibytes", MiB: "mebibytes", GiB: "gibibytes", kB: "kilobytes",
    MB: "megabytes", GB: "gigabytes", GHz: "gigahertz", "µs": "microseconds", ns: "nanoseconds",
    ms: "milliseconds",
  };
  const UNIT = new RegExp(`(^|[\\s\\d(])(${Object.keys(UNITS).join("|")})(?![\\w/])`, "g");
  const ONE = /(?:^|[\s(])(?:1|an?|each|per)\s$/i;
  const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  const ABBREVIATION = /(?:^|[\s(])(?:e\.g|i\.e|vs|cf|al|No|Fig|Eq)\.$/;

  const tidy = (text) => text.replace(/\s+/g, " ").trim();

  const proseInWords = (text) =>
    text
      .replace(UNIT, (_, before, unit, at) => {
        const one = ONE.test(text.slice(0, at) + before);
        const words = one ? UNITS[unit].replace(/s(?= per|$)/, "") : UNITS[unit];
        return `${before}${/\d$/.test(before) ? " " : ""}${words}`;
      })
      .replace(/(\d) × (?=\d)/g, "$1 by ")
      .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, (power) =>
        ` to the power of ${[...power].map((digit) => SUPERSCRIPTS.indexOf(digit)).join("")}`)
      .replace(/\s*×\s*/g, " times ")
      .replace(/\s*→\s*/g, " to ")
      .replace(/≈/g, "about ")
      .replace(/\s*\[/g, " (")
      .replace(/\]/g, ")");

  const unitInWords = (unit) => (unit === "%" ? "percent" : proseInWords(unit));

  const codeInWords = (text) =>
    text
      .replace(/_+/g, " ")
      .replace(/\*\*/g, " to the power of ")
      .replace(/\+=/g, " plus equals ")
      .replace(/@/g, " at ")
      .replace(/\*/g, " times ")
      .replace(/(\p{L}\w*)\.(?=\p{L})/gu, "$1 dot ")
      .replace(/[()[\]{}]/g, " ");

  const isHidden = (element) =>
    element.matches(SILENT) || (element.checkVisibility && !element.checkVisibility());

  // A piece is text of one node, or an element that is said in other words than those it holds.
  function piecesOf(node) {
    if (node.nodeType === Node.TEXT_NODE) return [{ node, text: node.data, say: proseInWords }];
    if (node.nodeType !== Node.ELEMENT_NODE || isHidden(node)) return [];
    if (node.localName === "math") {
      return [{ node, text: ` ${proseInWords(inWords(node))} `, say: String }];
    }
    const pieces = [...node.childNodes].flatMap(piecesOf);
    return node.localName === "code" ? pieces.map((piece) => ({ ...piece, say: codeInWords })) : pieces;
  }

  const joined = (pieces) => pieces.map((piece) => piece.text).join("");

  // Where sentences end, and where a long one can take breath.
  function cuts(text) {
    const ends = [];
    let start = 0;
    const endings = /[.!?]["'”’)\]]*\s+(?=["'“‘([]?[\p{Lu}\p{N}])/gu;
    for (const match of text.matchAll(endings)) {
      const end = match.index + match[0].length;
      const words = text.slice(start, match.index + 1);
      if (ABBREVIATION.test(words) || words.trim().length < SHORTEST) continue;
      ends.push(end);
      start = end;
    }
    ends.push(text.length);
    return ends.flatMap((end, at) => breaths(text, ends[at - 1] ?? 0, end));
  }

  function breaths(text, start, end) {
    if (end - start <= LONGEST) return [end];
    const head = text.slice(start, start + LONGEST);
    const pause = Math.max(...[", ", "; ", ": ", ",\n"].map((mark) => head.lastIndexOf(mark) + 1));
    const space = head.search(/\s\S*$/);
    const cut = pause > LONGEST / 3 ? pause : space > 0 ? space : LONGEST;
    return [start + cut, ...breaths(text, start + cut, end)];
  }

  // What is said of one stretch of the joined pieces, and where it stands.
  function utterance(pieces, start, end) {
    const range = document.createRange();
    // Side by side, pieces of prose are one text: a number may stand in an element of its own.
    const said = [];
    let begun = false;
    let from = 0;
    for (const piece of pieces) {
      const to = from + piece.text.length;
      const [first, last] = [Math.max(start, from), Math.min(end, to)];
      const words = first < last ? piece.text.slice(first - from, last - from) : "";
      if (words.trim()) {
        const blankBefore = words.length - words.trimStart().length;
        if (piece.say === String) {
          if (!begun) range.setStartBefore(piece.node);
          range.setEndAfter(piece.node);
        } else {
          if (!begun) range.setStart(piece.node, first - from + blankBefore);
          range.setEnd(piece.node, first - from + words.trimEnd().length);
        }
        begun = true;
      }
      if (said.at(-1)?.say === piece.say) said.at(-1).words += words;
      else said.push({ say: piece.say, words });
      from = to;
    }
    const text = tidy(said.map(({ say, words }) => say(words)).join(""));
    return { text: text.replace(/ ([,.;:!?)])/g, "$1").replace(/\( /g, "("), range, element: null };
  }

  function addPieces(units, pieces, element, before = "") {
    const text = joined(pieces);
    let start = 0;
    let prefix = before;
    for (const end of cuts(text)) {
      const unit = utterance(pieces, start, end);
      if (/[\p{L}\p{N}]/u.test(unit.text)) {
        units.push({ ...unit, text: `${prefix}${unit.text}`, block: element });
        prefix = "";
      }
      start = end;
    }
  }

  function addMention(units, element, text) {
    let start = 0;
    for (const end of cuts(text)) {
      units.push({ text: tidy(text.slice(start, end)), range: null, element, block: element });
      start = end;
    }
  }

  const spoken = (element) => {
    const pieces = piecesOf(element);
    return pieces.length ? utterance(pieces, 0, joined(pieces).length).text : "";
  };

  function readCode(element, units) {
    const output = element.querySelector(".cell_output");
    const printed = output?.querySelector("pre, .output.stream");
    const input = element.matches(".cell") ? element.querySelector(".cell_input") : element;
    if (input) addMention(units, element, printed ? "Code example, with its output." : "Code example.");
    else if (printed) addMention(units, element, "Output of a program.");
    for (const shown of output?.querySelectorAll(":scope > .text_html") ?? []) read(shown, units);
  }

  function readExplorer(element, units) {
    const title = element.querySelector(".tt-title")?.textContent ?? "untitled";
    addMention(units, element, `Interactive explorer: ${tidy(title)}.`);
  }

  function readFigure(element, units) {
    const caption = element.querySelector("figcaption");
    if (caption) addPieces(units, piecesOf(caption), caption, "Figure: ");
    for (const picture of element.querySelectorAll("svg, img")) {
      const words = picture.getAttribute("aria-label") ?? picture.getAttribute("alt");
      if (words) addMention(units, picture, `The picture: ${proseInWords(words)}`);
    }
  }

  // Never the answer, not even one that the reader has unfolded.
  function readQuiz(element, units) {
    const legend = element.querySelector("legend");
    addPieces(units, piecesOf(legend), legend, "Question ");
    for (const more of element.querySelectorAll(":scope > :is(p, ul, div.cell, div[class*=highlight-])")) {
      read(more, units);
    }
    [...element.querySelectorAll(".quiz-options > li")].forEach((option, at) => {
      addPieces(units, piecesOf(option), option, `Option ${String.fromCharCode(65 + at)}: `);
    });
    const { unit } = element.dataset;
    if (unit) addMention(units, legend, `The answer is a number. Its unit: ${unitInWords(unit)}.`);
  }

  function readTable(element, units) {
    const heads = [...element.querySelectorAll("thead th")].map(spoken);
    const rows = [...element.querySelectorAll("tbody tr")];
    const lines = rows.length === 1 ? "one row" : `${rows.length} rows`;
    const columns = heads.length ? ` Its columns are: ${heads.filter(Boolean).join("; ")}.` : "";
    addMention(units, element.tHead ?? element, `A table of ${lines}.${columns}`);
    for (const row of rows) {
      const cells = [...row.cells].map((cell, at) => {
        const words = spoken(cell);
        if (!/[\p{L}\p{N}]/u.test(words)) return "";
        return at === 0 || !heads[at] ? words : `${heads[at]}: ${words}`;
      });
      addMention(units, row, `${cells.filter(Boolean).join("; ").replace(/[.;]$/, "")}.`);
    }
  }

  function readDetails(element, units) {
    const summary = element.querySelector("summary");
    if (!element.open) addMention(units, summary, `Folded away: ${spoken(summary)}.`);
    else readChildren(element, units);
  }

  function readAdmonition(element, units) {
    const title = element.querySelector(".admonition-title");
    if (element.matches(".toggle-hidden")) addMention(units, title, `Folded away: ${spoken(title)}.`);
    else readChildren(element, units);
  }

  function readTab(element, units) {
    if (element.nextElementSibling?.checkVisibility?.() !== false) {
      addPieces(units, piecesOf(element), element, "Tab: ");
    }
  }

  function readItem(element, units) {
    const list = element.parentElement;
    const place = [...list.children].indexOf(element) + (list.start ?? 1);
    readChildren(element, units, list.matches("ol") ? `${place}: ` : "");
  }

  const READERS = [
    [".tt-explorer", readExplorer],
    [".cell, div[class*=highlight-], pre", readCode],
    ["fieldset.quiz", readQuiz],
    ["figure", readFigure],
    ["table", readTable],
    ["details", readDetails],
    [".admonition", readAdmonition],
    [".sd-tab-label", readTab],
    ["li", readItem],
    ["img", (element, units) => element.alt && addMention(units, element, `Picture: ${element.alt}`)],
  ];

  function readChildren(element, units, before = "") {
    let run = [];
    let prefix = before;
    const flush = () => {
      const pieces = run.flatMap(piecesOf);
      run = [];
      if (!joined(pieces).trim()) return;
      addPieces(units, pieces, element, prefix);
      prefix = "";
    };
    for (const child of element.childNodes) {
      if (child.nodeType === Node.ELEMENT_NODE && child.matches(BLOCKS)) {
        flush();
        read(child, units, prefix);
        if (units.length) prefix = "";
      } else {
        run.push(child);
      }
    }
    flush();
  }

  function read(element, units, before = "") {
    if (isHidden(element)) return;
    const reader = READERS.find(([selector]) => element.matches(selector));
    if (reader) reader[1](element, units);
    else readChildren(element, units, before);
  }

  window.courseListen.reading = (article) => {
    const units = [];
    read(article, units);
    return units;
  };
})();

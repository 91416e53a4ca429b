// Reads a chapter aloud with a voice of the reader's own machine, and marks what it reads.
// listen.reading.js says what is read. book/_ext/listen.py adds both to the chapters.
(() => {
  "use strict";

  const { reading } = window.courseListen;
  const RATES = [0.75, 1, 1.25, 1.5, 1.75, 2];
  const KEPT = "listen-rate";
  const HIGHLIGHT = "listen";
  // How far below the top of the window a sentence comes to stand that was out of sight.
  const SHARE_ABOVE = 0.3;
  const SCROLLING_KEYS = ["ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End", " "];

  const speech = window.speechSynthesis;
  const article = document.querySelector("article");
  const title = article?.querySelector("h1");
  if (!speech || !window.SpeechSynthesisUtterance || !title) return;

  const language = document.documentElement.lang || "en";

  // A voice that is not on this machine would send the chapter to somebody else's.
  function localVoice() {
    const spoken = speech.getVoices().filter(
      (voice) => voice.localService && voice.lang.slice(0, 2).toLowerCase() === language.slice(0, 2),
    );
    return (
      spoken.find((voice) => voice.default) ??
      spoken.find((voice) => voice.lang.replace("_", "-") === navigator.language) ??
      spoken[0]
    );
  }

  function keptRate() {
    try {
      const rate = Number(localStorage.getItem(KEPT));
      return RATES.includes(rate) ? rate : 1;
    } catch {
      return 1; // The reader's browser keeps nothing.
    }
  }

  function keepRate(rate) {
    try {
      localStorage.setItem(KEPT, String(rate));
    } catch {
      // Then it holds for this page.
    }
  }

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  const play = make("button", { type: "button", class: "listen-play" }, "Listen");
  const stop = make("button", { type: "button", class: "listen-stop", hidden: "" }, "Stop");
  const speed = make(
    "select", {}, ...RATES.map((rate) => make("option", { value: rate }, `${rate} ×`)),
  );
  const status = make("span", { class: "listen-status", role: "status" });
  const hint = make(
    "span", { class: "listen-hint" }, "From the start, or from a place that you select in the text.",
  );
  const bar = make(
    "div", { class: "listen", role: "group", "aria-label": "Listen to this chapter" },
    play, stop, make("label", {}, "Speed ", speed), status, hint,
  );

  let units = [];
  let at = 0;
  let state = "idle";
  // Speech that was cut off still sends its events: each call has a number, and only the last counts.
  let call = 0;
  let following = true;

  function mark(unit) {
    article.querySelectorAll(".listen-current").forEach((one) => one.classList.remove("listen-current"));
    const canHighlight = Boolean(window.CSS?.highlights && window.Highlight);
    if (canHighlight) CSS.highlights.delete(HIGHLIGHT);
    if (!unit) return;
    if (unit.range && canHighlight) CSS.highlights.set(HIGHLIGHT, new Highlight(unit.range));
    else (unit.element ?? unit.block).classList.add("listen-current");
  }

  // Never against a reader who has scrolled away: the page follows again once it is back in sight.
  function bringIntoView(unit) {
    const box = (unit.range ?? unit.element).getBoundingClientRect();
    const covered = bar.getBoundingClientRect().bottom;
    const isInView = box.top >= Math.max(0, Math.min(covered, innerHeight / 2)) && box.top < innerHeight
      && Math.min(box.bottom, box.top + innerHeight / 3) <= innerHeight;
    if (isInView) following = true;
    if (isInView || !following) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const top = scrollY + box.top - innerHeight * SHARE_ABOVE;
    scrollTo({ top, behavior: calm ? "instant" : "smooth" });
  }

  function show(next, said) {
    state = next;
    bar.dataset.state = state;
    play.textContent = { idle: "Listen", reading: "Pause", paused: "Resume" }[state];
    if (state === "idle" && document.activeElement === stop) play.focus();
    stop.hidden = state === "idle";
    hint.hidden = state !== "idle";
    status.textContent = said;
  }

  function silence() {
    call += 1;
    speech.cancel();
  }

  function end(said) {
    silence();
    mark(null);
    at = 0;
    show("idle", said);
  }

  function speak() {
    if (at >= units.length) return end("That was the whole chapter.");
    const unit = units[at];
    const mine = (call += 1);
    const utterance = new SpeechSynthesisUtterance(unit.text);
    utterance.voice = localVoice() ?? null;
    utterance.lang = utterance.voice?.lang ?? language;
    utterance.rate = Number(speed.value);
    utterance.onend = () => {
      if (mine !== call) return;
      at += 1;
      speak();
    };
    utterance.onerror = (event) => {
      if (mine === call) end(`The browser could not go on reading (${event.error}).`);
    };
    mark(unit);
    bringIntoView(unit);
    speech.speak(utterance);
  }

  function selectedUnit() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return 0;
    const chosen = selection.getRangeAt(0);
    if (!article.contains(chosen.startContainer)) return 0;
    const found = units.findIndex(
      ({ range }) => range && range.compareBoundaryPoints(Range.START_TO_END, chosen) > 0,
    );
    return Math.max(found, 0);
  }

  function start() {
    units = reading(article);
    at = selectedUnit();
    getSelection().removeAllRanges();
    resume("Reading.");
  }

  function resume(said) {
    following = true;
    silence();
    show("reading", said);
    speak();
  }

  // Not `speechSynthesis.pause`, after which some phones never go on: the sentence is said anew.
  function pause() {
    silence();
    show("paused", "Paused.");
  }

  play.addEventListener("click", () => {
    if (state === "idle") start();
    else if (state === "reading") pause();
    else resume("Reading.");
  });
  stop.addEventListener("click", () => end("Stopped."));
  speed.value = String(keptRate());
  speed.addEventListener("change", () => {
    keepRate(Number(speed.value));
    if (state === "reading") resume(`Reading at ${speed.value} times the speed.`);
  });

  const letGo = () => { following = false; };
  addEventListener("wheel", letGo, { passive: true });
  addEventListener("touchmove", letGo, { passive: true });
  addEventListener("keydown", (event) => {
    if (SCROLLING_KEYS.includes(event.key) && !bar.contains(event.target)) letGo();
  });
  addEventListener("pagehide", () => {
    if (state !== "idle") end("");
  });

  // Where there is no voice there is nothing to press. Many browsers tell their voices late.
  function offer() {
    if (bar.isConnected || !localVoice()) return;
    title.after(bar);
    show("idle", "");
  }
  offer();
  speech.addEventListener?.("voiceschanged", offer);
})();

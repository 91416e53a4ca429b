"""A stand-in for the speech of a browser: it says nothing, and ends a sentence when it is told."""

# `heard` holds what was given to it; `finish()` ends the sentence that it is at. Its `pause` does
# nothing, as on the phones where a real one never goes on.
STAND_IN = """(() => {
  const english = { name: "Here", lang: "en-GB", localService: true, default: false };
  const heard = [];
  const listeners = [];
  let current = null;
  const speech = {
    voices: [
      { name: "Far", lang: "en-US", localService: false, default: true },
      { name: "Hier", lang: "de-DE", localService: true, default: false },
      english,
    ],
    getVoices() { return this.voices; },
    addEventListener(name, listener) { if (name === "voiceschanged") listeners.push(listener); },
    speak(utterance) {
      if (current) throw new Error("two sentences at once");
      current = utterance;
      heard.push({
        text: utterance.text, rate: utterance.rate, lang: utterance.lang,
        voice: utterance.voice?.name ?? null,
      });
    },
    cancel() {
      const cut = current;
      current = null;
      cut?.onerror?.({ error: "canceled" });
    },
    pause() {},
    resume() { throw new Error("a paused voice never goes on here"); },
  };
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  Object.defineProperty(window, "speechSynthesis", { value: speech, configurable: true });
  window.standIn = {
    heard,
    speaks: () => current?.text ?? null,
    finish() {
      const done = current;
      current = null;
      done.onend({});
    },
    fail(error) {
      const broken = current;
      current = null;
      broken.onerror({ error });
    },
    tellVoices(voices) {
      speech.voices = voices;
      listeners.forEach((listener) => listener());
    },
    english,
  };
})();
"""

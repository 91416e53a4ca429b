// A formula in the words with which one reads it out: MathML in, English out.
// book/_ext/native_mathematics.py writes the formulas.
(() => {
  "use strict";

  const NAMES = {
    "∞": "infinity", "π": "pi", "λ": "lambda", "α": "alpha", "β": "beta", "γ": "gamma", "μ": "mu",
    "σ": "sigma", "Δ": "delta", "ε": "epsilon", tanh: "hyperbolic tangent", max: "maximum",
    min: "minimum", exp: "exponential", ln: "natural logarithm", log: "logarithm",
  };
  const OPERATORS = {
    "+": "plus", "−": "minus", "-": "minus", "×": "times", "⋅": "times", "·": "times", "*": "times",
    "/": "over", "=": "equals", "≠": "is not", "≈": "is about", "<": "is less than",
    ">": "is greater than", "≤": "is at most", "≥": "is at least", "≪": "is much less than",
    "≫": "is much greater than", "←": "becomes", "→": "goes to", "∑": "the sum", "∏": "the product",
    "⌊": "the floor of", "⌋": "end of floor", "⌈": "the ceiling of", "⌉": "end of ceiling",
    "∈": "in", "…": "and so on", "⋯": "and so on", "±": "plus or minus", "|": "", "\u2062": "",
    "\u2063": "",
  };
  const APPLIED = "\u2061";
  const OPEN = "open bracket";
  const CLOSE = "close bracket";
  const POWERS = { 2: "squared", 3: "cubed" };
  const SPOKEN = new Set([...Object.values(OPERATORS), ...Object.values(POWERS), "over", "sub"]);
  const ADDITIVE = /^(?:plus|minus|equals|is .*|the fraction .*)$/;
  // `134{,}217{,}728` is one number in five elements.
  const GROUP = /^\d{3}$/;

  const operator = (element) => {
    const sign = element.textContent.trim();
    if ("([{".includes(sign)) return [OPEN];
    if (")]}".includes(sign)) return [CLOSE];
    if (sign === APPLIED) return ["of"];
    if (sign === ",") return [element.getAttribute("rspace") === "0" ? ",," : ","];
    return [OPERATORS[sign] ?? sign];
  };

  const power = (exponent) => {
    const known = exponent.length === 1 && POWERS[exponent[0]];
    return known ? [known] : ["to the power of", ...exponent];
  };

  const fraction = (above, below) =>
    [...above, ...below].some((word) => ADDITIVE.test(word))
      ? ["the fraction with numerator", ...above, "and denominator", ...below]
      : [...above, "over", ...below];

  const root = (inside) =>
    inside.length === 1
      ? ["the square root of", ...inside]
      : ["the square root of", ...inside, "end of root"];

  const inner = (element) => [...element.children].flatMap(words);

  // The words of one element, brackets and separators still in them.
  const words = (element) => {
    const parts = [...element.children];
    switch (element.localName) {
      case "mi":
        return [NAMES[element.textContent.trim()] ?? element.textContent.trim()];
      case "mn":
        return [element.textContent.trim()];
      case "mtext":
        return [element.textContent.replace(/\s+/g, " ").trim()];
      case "mo":
        return operator(element);
      case "msup":
        return [...words(parts[0]), ...power(words(parts[1]))];
      case "msub":
        return [...words(parts[0]), "sub", ...words(parts[1])];
      case "msubsup":
        return [...words(parts[0]), "sub", ...words(parts[1]), ...power(words(parts[2]))];
      case "mfrac":
        return fraction(words(parts[0]), words(parts[1]));
      case "msqrt":
        return root(inner(element));
      case "munder":
        return [...words(parts[0]), "over", ...words(parts[1]), "of"];
      case "munderover":
        return [...words(parts[0]), "from", ...words(parts[1]), "to", ...words(parts[2]), "of"];
      case "mtr":
        return [...inner(element), ","];
      case "annotation":
      case "mspace":
        return [];
      default:
        return inner(element);
    }
  };

  const isNumber = (word) => /^[\d.,]+$/.test(word);
  const isName = (word) => /^\p{L}+$/u.test(word) && !SPOKEN.has(word);

  // "GELU ( x )" is "GELU of x", and "4 ( m + n )" is "4 times open bracket m plus n close bracket".
  const withPlainBrackets = (all) => {
    const kept = [];
    for (let at = 0; at < all.length; at += 1) {
      const before = kept.at(-1) ?? "";
      const applied = all[at] === OPEN && all[at + 2] === CLOSE && (before === "of" || isName(before));
      if (applied) {
        kept.push(...(before === "of" ? [] : ["of"]), all[at + 1]);
        at += 2;
      } else {
        kept.push(...(all[at] === OPEN && isNumber(before) ? ["times"] : []), all[at]);
      }
    }
    return kept;
  };

  const inWords = (math) => {
    let all = inner(math).filter(Boolean);
    const joined = [];
    for (let at = 0; at < all.length; at += 1) {
      if (all[at] === ",," && GROUP.test(all[at + 1] ?? "")) {
        joined.push(`${joined.pop()},${all[at + 1]}`);
        at += 1;
      } else {
        joined.push(all[at]);
      }
    }
    all = withPlainBrackets(joined);
    // A shape has nothing but its sides: 64 by 64.
    const signs = [...math.querySelectorAll("mo")].map((one) => one.textContent.trim());
    const isShape = signs.length > 0 && signs.every((sign) => sign === "×") && !math.querySelector("msup");
    if (isShape) all = all.map((word) => (word === "times" ? "by" : word));
    return all.join(" ").replace(/\s+,/g, ",").replace(/,$/, "").trim();
  };

  window.courseListen = { inWords };
})();

// Numbers in words, exactly as tinytorch.perf.spread and tinytorch.perf.profiling write them.

// Python rounds a tie to the even digit, JavaScript away from zero: a tie is told by the digits
// that toExponential gives exactly.
function rounded(value, digits) {
  const [mantissa] = Math.abs(value).toExponential(60).split("e");
  const kept = mantissa.replace(".", "").slice(0, digits);
  const rest = mantissa.replace(".", "").slice(digits);
  const tie = /^50*$/.test(rest) && Number(kept.at(-1)) % 2 === 0;
  if (!tie) return Number(value.toPrecision(digits));
  const [, exponent] = value.toExponential().split("e");
  const even = `${kept[0]}.${kept.slice(1)}e${exponent}`;
  return Math.sign(value) * Number(even);
}

function grouped(text) {
  const [whole, decimals] = text.split(".");
  const groups = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return decimals === undefined ? groups : `${groups}.${decimals}`;
}

export function significant(value, digits = 3) {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  const near = rounded(value, digits);
  const exponent = Number(near.toExponential().split("e")[1]);
  return grouped(near.toFixed(Math.max(digits - 1 - exponent, 0)));
}

export function whole(value) {
  return grouped(String(Math.round(value)));
}

// A whole number as Python's format(value, ".0f") rounds it: ties to the even neighbour.
function even(value) {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

export function percent(share) {
  const value = 100 * share;
  return `${value < 9.95 ? significant(value, 2) : even(value)} %`;
}

const TIME_UNITS = [[1, "s"], [1e-3, "ms"], [1e-6, "µs"], [1e-9, "ns"]];

export function duration(seconds) {
  const [scale, unit] = TIME_UNITS.find(([scale]) => Math.abs(seconds) >= scale) ?? TIME_UNITS[3];
  return `${significant(seconds / scale)} ${unit}`;
}

// As Python's format(value, "g") for the magnitudes that sizes have.
function general(value) {
  return String(rounded(value, 6));
}

export function capacity(count) {
  return count >= 2 ** 20 ? `${general(count / 2 ** 20)} MiB` : `${general(count / 2 ** 10)} KiB`;
}

export function size(count) {
  for (const [scale, unit] of [[2 ** 30, "GiB"], [2 ** 20, "MiB"], [2 ** 10, "KiB"]]) {
    if (count >= scale) return `${significant(count / scale)} ${unit}`;
  }
  return `${general(count)} bytes`;
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

export function powerOfTwo(n) {
  const exponent = Math.log2(n);
  if (!Number.isInteger(exponent)) return whole(n);
  return `2${[...String(exponent)].map((digit) => SUPERSCRIPTS[digit]).join("")}`;
}

// A spread travels as [median, lower quartile, upper quartile, runs].
export function spread([median, q1, q3]) {
  return `${significant(median)} (${significant(q1)} to ${significant(q3)})`;
}

export function plural(count, noun) {
  return `${whole(count)} ${noun}${count === 1 ? "" : "s"}`;
}

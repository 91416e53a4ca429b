// Data is looked at before it is drawn: whatever is wrong with it is told in one sentence.

// A check returns a sentence, or undefined where the value is as expected.
const expected = (what, fits) => (value, path) =>
  fits(value) ? undefined : `${path} is ${shown(value)}, expected ${what}`;

const finite = (value) => typeof value === "number" && Number.isFinite(value);

export const text = expected("text", (value) => typeof value === "string" && value !== "");
export const count = expected(
  "a whole number of at least 1", (value) => Number.isInteger(value) && value >= 1,
);
export const rate = expected("a number above 0", (value) => finite(value) && value > 0);
export const spreadOfRates = expected(
  "a median, two quartiles and a number of runs, all above 0",
  (value) => Array.isArray(value) && value.length === 4 && value.every((v) => finite(v) && v > 0),
);
export const flag = expected("true or false", (value) => typeof value === "boolean");

export const list = (of) => (value, path) => {
  if (!Array.isArray(value)) return `${path} is ${shown(value)}, expected a list`;
  if (value.length === 0) return `${path} is empty, expected at least one entry`;
  return first(value.map((entry, index) => () => of(entry, `${path}[${index}]`)));
};

export const possiblyEmpty = (of) => (value, path) =>
  Array.isArray(value) && value.length === 0 ? undefined : list(of)(value, path);

export const named = (of) => (value, path) => {
  if (!isObject(value)) return `${path} is ${shown(value)}, expected names with values`;
  return first(Object.keys(value).map((key) => () => of(value[key], `${path}.${key}`)));
};

export const optional = (of) => (value, path) =>
  value === undefined || value === null ? undefined : of(value, path);

export const record = (fields) => (value, path) => {
  if (!isObject(value)) return `${path} is ${shown(value)}, expected an object`;
  return first(Object.keys(fields).map((key) => () => fields[key](value[key], `${path}.${key}`)));
};

function first(checks) {
  for (const check of checks) {
    const sentence = check();
    if (sentence) return sentence;
  }
  return undefined;
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value) {
  return value === undefined ? "missing" : JSON.stringify(value).slice(0, 60);
}

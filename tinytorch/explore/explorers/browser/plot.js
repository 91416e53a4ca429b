// A chart as SVG text: two axes, marks, and words that keep clear of both.
import { element, escaped } from "./markup.js";

// The series of tinytorch.explore.chart: each has a contrast of 3 to 1 on light and dark pages.
export const COLOURS = {
  blue: "#3a7fd0", orange: "#c96f1e", green: "#2f8f5b", purple: "#9263c9",
  red: "#d04a5c", teal: "#168a96", grey: "#7b7b7b",
};

const FONT = 12.5;
const LINE = 16;
// Wide enough for the letters of the fonts that pages use.
const LETTER = 0.56 * FONT;

export function textWidth(words) {
  return LETTER * [...words].length;
}

// An axis is { scale: "log" | "linear", from, to, ticks: [[value, "words"], ...], title }.
function position(axis, start, end) {
  const bend = axis.scale === "log" ? Math.log : (value) => value;
  const low = bend(axis.from);
  const slope = (end - start) / (bend(axis.to) - low);
  return (value) => start + (bend(value) - low) * slope;
}

// Marks are functions of the frame { x, y, left, right, top, bottom, words, obstacles } that return
// SVG text; x and y turn a value into a place.
export function plot({ width, height = 250, x, y, marks, alt, margin = {} }) {
  const widest = Math.max(0, ...y.ticks.map(([, words]) => textWidth(words)));
  const frame = {
    left: margin.left ?? widest + 10,
    right: width - (margin.right ?? 10),
    top: margin.top ?? LINE + 14,
    bottom: height - LINE * 2 - 10,
    width,
    height,
    words: [],
    obstacles: [],
    drawn: [],
  };
  frame.x = position(x, frame.left, frame.right);
  frame.y = position(y, frame.bottom, frame.top);
  const drawn = marks.filter(Boolean).map((mark) => mark(frame)).join("");
  return element(
    "svg",
    {
      class: "tt-plot", viewBox: `0 0 ${width} ${height}`, width, height,
      role: "img", "aria-label": alt, "font-size": FONT,
    },
    axisX(x, frame), axisY(y, frame), drawn, place(frame),
  );
}

function axisX(axis, frame) {
  const parts = [];
  let free = -Infinity;
  for (const [value, words] of axis.ticks) {
    const at = frame.x(value);
    if (at < frame.left - 1 || at > frame.right + 1) continue;
    parts.push(element("line", { class: "tt-grid", x1: at, x2: at, y1: frame.top, y2: frame.bottom }));
    const half = textWidth(words) / 2;
    const middle = Math.min(Math.max(at, half), frame.width - half);
    if (middle - half < free) continue;
    free = middle + half + 6;
    parts.push(words_(middle, frame.bottom + LINE, words, "middle"));
  }
  parts.push(element("line", {
    class: "tt-axis", x1: frame.left, x2: frame.right, y1: frame.bottom, y2: frame.bottom,
  }));
  parts.push(words_(frame.right, frame.bottom + 2 * LINE + 2, axis.title, "end"));
  return parts.join("");
}

function axisY(axis, frame) {
  const parts = [];
  let free = Infinity;
  for (const [value, words] of axis.ticks) {
    const at = frame.y(value);
    if (at < frame.top - 1 || at > frame.bottom + 1) continue;
    parts.push(element("line", { class: "tt-grid", x1: frame.left, x2: frame.right, y1: at, y2: at }));
    if (at > free - LINE * 0.9) continue;
    free = at;
    parts.push(words_(frame.left - 6, at + 4, words, "end"));
  }
  parts.push(words_(2, LINE - 3, axis.title, "start"));
  return parts.join("");
}

function words_(x, y, words, anchor) {
  return element("text", { x, y, "text-anchor": anchor, fill: "currentColor" }, escaped(words));
}

export function line(points, { colour = "blue", dashes, width = 2, faint = false } = {}) {
  return (frame) => {
    const places = points.map(([x, y]) => [frame.x(x), frame.y(y)]);
    for (let i = 1; i < places.length; i += 1) avoidSegment(frame, places[i - 1], places[i]);
    return element("polyline", {
      points: places.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" "),
      fill: "none", stroke: COLOURS[colour] ?? colour, "stroke-width": width,
      "stroke-dasharray": dashes, opacity: faint ? 0.35 : undefined,
    });
  };
}

export function dots(points, { colour = "blue", radius = 4, hollow = false, faint = false } = {}) {
  return (frame) => points.map(([x, y]) => {
    frame.obstacles.push(around(frame.x(x), frame.y(y), radius + 1));
    return element("circle", {
      cx: frame.x(x), cy: frame.y(y), r: radius, opacity: faint ? 0.35 : undefined,
      fill: hollow ? "none" : COLOURS[colour] ?? colour,
      stroke: COLOURS[colour] ?? colour, "stroke-width": hollow ? 2 : 0,
    });
  }).join("");
}

// Quartiles: [x, lower, upper] each.
export function whiskers(ranges, { colour = "blue" } = {}) {
  return (frame) => ranges.map(([x, low, high]) => element("path", {
    d: `M${frame.x(x).toFixed(1)} ${frame.y(low).toFixed(1)}V${frame.y(high).toFixed(1)}`,
    stroke: COLOURS[colour] ?? colour, "stroke-width": 1.2,
  })).join("");
}

// The point that the controls stand on: a ring that does not rely on colour.
export function chosen(x, y) {
  return (frame) => {
    frame.obstacles.push(around(frame.x(x), frame.y(y), 9));
    return element("circle", {
      class: "tt-chosen", cx: frame.x(x), cy: frame.y(y), r: 8, fill: "none",
      stroke: "currentColor", "stroke-width": 2.5,
    });
  };
}

// A straight line across the plot at one value of x or of y, with its name.
export function rule({ x, y, words, colour = "grey", dashed = true }) {
  return (frame) => {
    const flat = y !== undefined;
    const at = flat ? frame.y(y) : frame.x(x);
    const ends = flat
      ? { x1: frame.left, x2: frame.right, y1: at, y2: at }
      : { x1: at, x2: at, y1: frame.top, y2: frame.bottom };
    avoidSegment(frame, [ends.x1, ends.y1], [ends.x2, ends.y2]);
    if (words) {
      frame.words.push(flat
        ? { words, spots: flatSpots(frame, at, words) }
        : { words, spots: uprightSpots(frame, at, words) });
    }
    return element("line", {
      ...ends, stroke: COLOURS[colour] ?? colour, "stroke-width": 1.5,
      "stroke-dasharray": dashed ? "6 4" : undefined,
    });
  };
}

// Words beside a point of the data, or beside the first of several where there is room.
export function label(points, words) {
  return (frame) => {
    const width = textWidth(words);
    const spots = [];
    for (const step of [0, 1, 2, 3]) {
      const far = 12 + step * 4;
      for (const [x, y] of points) {
        const [across, up] = [frame.x(x), frame.y(y)];
        for (const shift of step === 0 ? [0] : [-step * LINE, step * LINE]) {
          spots.push([across + far, up + shift], [across - far - width, up + shift]);
        }
        spots.push([across - width / 2, up - far - LINE / 2], [across - width / 2, up + far + LINE / 2]);
      }
    }
    frame.words.push({ words, spots });
    return "";
  };
}

function flatSpots(frame, at, words) {
  const width = textWidth(words);
  const spots = [];
  for (const up of [-LINE * 0.6, LINE * 0.7]) {
    for (const x of [frame.right - width - 4, frame.left + 6, (frame.left + frame.right - width) / 2]) {
      spots.push([x, at + up]);
    }
  }
  return spots;
}

function uprightSpots(frame, at, words) {
  const width = textWidth(words);
  const spots = [];
  for (let y = frame.top + LINE * 0.6; y < frame.bottom - LINE / 2; y += LINE) {
    spots.push([at + 5, y], [at - width - 5, y]);
  }
  return spots;
}

function around(x, y, radius) {
  return [x - radius, y - radius, x + radius, y + radius];
}

// A slanted line is a row of small boxes to the words that look for a place.
function avoidSegment(frame, [x, y], [toX, toY]) {
  const steps = Math.max(1, Math.ceil(Math.hypot(toX - x, toY - y) / 12));
  for (let i = 0; i <= steps; i += 1) {
    frame.drawn.push(around(x + ((toX - x) * i) / steps, y + ((toY - y) * i) / steps, 3));
  }
}

function overlap([left, top, right, bottom], other) {
  const width = Math.min(right, other[2]) - Math.max(left, other[0]);
  const height = Math.min(bottom, other[3]) - Math.max(top, other[1]);
  return width > 0 && height > 0 ? width * height : 0;
}

// Each name takes the first of the places that it is offered where it covers the least.
function place(frame) {
  const taken = [];
  const cost = (box) => {
    const inside = box[0] >= frame.left && box[2] <= frame.width
      && box[1] >= frame.top - LINE && box[3] <= frame.bottom;
    let sum = inside ? 0 : 1e6;
    for (const other of taken) sum += 40 * overlap(box, other);
    for (const other of frame.obstacles) sum += 40 * overlap(box, other);
    for (const other of frame.drawn) sum += overlap(box, other);
    return sum;
  };
  return frame.words.map(({ words, spots }) => {
    const width = textWidth(words);
    let best;
    let least = Infinity;
    for (const [x, y] of spots) {
      const box = [x, y - LINE / 2, x + width, y + LINE / 2];
      const harm = cost(box);
      if (harm < least) [best, least] = [box, harm];
      if (least === 0) break;
    }
    taken.push(best);
    return words_(best[0], best[3] - 4, words, "start");
  }).join("");
}

const DIGITS = [1, 2, 5];

// Ticks of a logarithmic axis: decades, and 2 and 5 between them where the axis is short.
export function decades(from, to, write) {
  const ticks = [];
  const few = to / from > 300;
  for (let power = Math.floor(Math.log10(from)); power <= Math.ceil(Math.log10(to)); power += 1) {
    for (const digit of few ? [1] : DIGITS) {
      const value = digit * 10 ** power;
      if (value >= from * 0.999 && value <= to * 1.001) ticks.push([value, write(value)]);
    }
  }
  return ticks;
}

// Ticks of an axis that starts at zero: four to six round steps.
export function steps(to, write) {
  const rough = to / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (DIGITS.find((digit) => digit * power >= rough) ?? 10);
  const ticks = [];
  for (let i = 0; i * step <= to * 1.001; i += 1) ticks.push([i * step, write(i * step)]);
  return ticks;
}

// A tick value without an exponent: 0.01, 10, 1,000.
export function plain(value) {
  if (value >= 1) return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
  return String(Number(value.toPrecision(6)));
}

// Strides: how much of each cache line is used, and what that costs.
import { smallestHolding } from "./caches.js";
import { capacity, percent, plural, powerOfTwo, significant, size, spread, whole } from "./format.js";
import { element, escaped } from "./markup.js";
import { COLOURS, chosen, decades, dots, label, line, plain, plot, rule, textWidth, whiskers } from "./plot.js";
import { median, roofsShape } from "./roofs.js";
import { count, list, named, optional, possiblyEmpty, record, spreadOfRates, text } from "./validate.js";

const VALUE_BYTES = 4;
const LINE_BYTES = 64;
const PER_LINE = LINE_BYTES / VALUE_BYTES;
const NEIGHBOURS = 1;
const DRAWN_LINES = 8;

const shape = (data, path) => shapeWith(data?.home === "here" ? possiblyEmpty : list)(data, path);
const shapeWith = (points) => record({
  badge: text,
  call: text,
  home: text,
  caches: named(count),
  roofs: optional(roofsShape),
  sizes: list(count),
  strides: list(count),
  points: points(record({ n: count, stride: count, ns: spreadOfRates, ratio: spreadOfRates })),
});

const pointsAt = (data, n) => data.points
  .filter((point) => point.n === n).sort((a, b) => a.stride - b.stride);
const pointAt = (data, n, stride) => data.points.find((p) => p.n === n && p.stride === stride);

// As tinytorch.perf.sweeps.stride.lines_touched and tinytorch.explore.explorers.layout count.
const linesTouched = (n, stride) => Math.min(Math.ceil((n * VALUE_BYTES * stride) / LINE_BYTES), n);
const valuesInALine = (stride) => Math.max(Math.floor(PER_LINE / stride), 1);
const moved = (n, stride) => LINE_BYTES * linesTouched(n, stride) + VALUE_BYTES * n;
const usefulGbs = (ns) => (2 * VALUE_BYTES) / ns;
const lineGbs = (n, stride, ns) => moved(n, stride) / n / ns;

// A curve of bandwidth need not show each level.
function roofOf(data, bytes) {
  const level = smallestHolding(data.caches, bytes)?.[0] ?? "memory";
  return data.roofs?.memory.find((roof) => roof.name === level);
}

const fits = (data, bytes) => {
  const cache = smallestHolding(data.caches, bytes);
  return `${size(bytes)}, fit ${cache ? cache[0] : "no cache"}`;
};

function facts(data, { n, stride }) {
  const used = valuesInALine(stride) * VALUE_BYTES;
  const cache = smallestHolding(data.caches, moved(n, stride));
  const found = [
    ["From value to value", size(VALUE_BYTES * stride)],
    ["Lines read", whole(linesTouched(n, stride))],
    ["Used of each line", `${used} of ${LINE_BYTES} bytes`],
    ["Useful share of a line", percent(used / LINE_BYTES)],
    ["Bytes of these lines", size(LINE_BYTES * linesTouched(n, stride))],
    ["Lines and result", size(moved(n, stride))],
    ["Smallest cache", cache ? `${cache[0]} (${capacity(cache[1])})` : "none"],
  ];
  const point = pointAt(data, n, stride);
  if (!point) return found;
  const ns = point.ns[0];
  found.push(
    ["ns per value", spread(point.ns)],
    ["Times as long as stride 1", spread(point.ratio)],
    ["Useful bytes", `${significant(usefulGbs(ns))} GB/s`],
    ["Whole lines and result", `${significant(lineGbs(n, stride, ns))} GB/s`],
  );
  const roof = roofOf(data, moved(n, stride));
  if (roof) found.push([`Of the ${roof.name} roof`, percent(lineGbs(n, stride, ns) / median(roof))]);
  return found;
}

function status(data, { n, stride }) {
  const used = `Of each line that is read, ${valuesInALine(stride) * VALUE_BYTES} of ${LINE_BYTES} bytes are used`;
  const sets = stride > PER_LINE ? `; every ${ordinal(stride / PER_LINE)} line is read` : "";
  const point = pointAt(data, n, stride);
  const place = `Stride ${stride}, ${powerOfTwo(n)} values`;
  const holds = `Lines and result, ${fits(data, moved(n, stride))}.`;
  if (!point) return `${place}: not measured yet. ${used}${sets}. ${holds}`;
  const time = stride === NEIGHBOURS
    ? `${significant(point.ns[0])} ns for each value`
    : `${significant(point.ns[0])} ns for each value, ${significant(point.ratio[0])} times as long as neighbours take`;
  return `${place}: ${time}. ${used}${sets}. ${holds}`;
}

const ordinal = (number) => ({ 2: "second", 4: "fourth" })[number] ?? `${number}th`;

const strideAxis = (data) => ({
  scale: "log", from: data.strides[0] / 1.25, to: data.strides.at(-1) * 1.25,
  ticks: data.strides.map((stride) => [stride, String(stride)]), title: "stride in values",
});

// The first lines of the array: what is used, what is fetched with it, and what stays where it is.
function cells(data, { stride }, width) {
  const left = textWidth(`line ${DRAWN_LINES - 1}`) + 8;
  const pitch = Math.min(22, Math.floor((width - left - 2) / PER_LINE));
  const box = (row, cell, cells_) => `M${left + cell * pitch} ${2 + row * (pitch + 4)}h${cells_ * pitch}v${pitch}h${-cells_ * pitch}z`;
  const rows = [...Array(DRAWN_LINES).keys()];
  const fetched = (row) => (row * PER_LINE) % Math.max(stride, PER_LINE) === 0;
  const each = (row) => [...Array(PER_LINE).keys()].map((cell) => box(row, cell, 1)).join("");
  const used = [];
  for (let value = 0; value < DRAWN_LINES * PER_LINE; value += stride) {
    used.push(box(Math.floor(value / PER_LINE), value % PER_LINE, 1));
  }
  const read = rows.filter(fetched);
  const grid = (lines, opacity) => element("path", {
    d: lines.map(each).join(""), fill: "none", stroke: "currentColor", "stroke-opacity": opacity,
  });
  const height = DRAWN_LINES * (pitch + 4);
  return element(
    "svg",
    {
      class: "tt-plot", viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "font-size": 12.5,
      "aria-label": `The first ${DRAWN_LINES} lines of ${PER_LINE} values at stride ${stride}: `
        + `${plural(used.length, "value")} used of the ${read.length * PER_LINE} fetched in ${plural(read.length, "line")}.`,
    },
    ...rows.map((row) => element("text", {
      x: left - 8, y: 2 + row * (pitch + 4) + pitch / 2 + 4, "text-anchor": "end", fill: "currentColor",
    }, `line ${row}`)),
    element("path", { d: read.map((row) => box(row, 0, PER_LINE)).join(""), fill: COLOURS.orange, "fill-opacity": 0.35 }),
    element("path", { d: used.join(""), fill: COLOURS.blue }),
    grid(rows.filter((row) => !fetched(row)), 0.3), grid(read, 0.8),
  );
}

// The stride from which on lines and result of n values are more than a cache holds.
function outgrown(data, n) {
  return Object.entries(data.caches)
    .map(([name, room]) => [name, room / (VALUE_BYTES * n) - 1])
    .filter(([, stride]) => stride > data.strides[0] && stride < PER_LINE);
}

function span(data, more) {
  const all = [...data.points.flatMap((point) => point.ns.slice(0, 3)), ...more];
  return all.length ? [Math.min(...all) / 1.4, Math.max(...all) * 1.6] : [0.1, 10];
}

function times(data, state, width) {
  const points = pointsAt(data, state.n);
  const here = pointAt(data, state.n, state.stride);
  const near = pointAt(data, state.n, NEIGHBOURS);
  const expected = near
    ? data.strides.map((stride) => [stride, (near.ns[0] * moved(state.n, stride)) / moved(state.n, NEIGHBOURS)])
    : [];
  const [low, high] = span(data, expected.map(([, ns]) => ns));
  const others = data.sizes.filter((n) => n !== state.n).map((n) => pointsAt(data, n));
  return plot({
    width,
    alt: `ns for each value over the stride, ${powerOfTwo(state.n)} values: `
      + points.map((point) => `stride ${point.stride} ${significant(point.ns[0])}`).join(", "),
    x: strideAxis(data),
    y: { scale: "log", from: low, to: high, ticks: decades(low, high, plain), title: "ns for each value" },
    marks: [
      ...others.map((one) => one.length > 1 && line(
        one.map((point) => [point.stride, point.ns[0]]), { colour: "grey", faint: true, width: 1.2 },
      )),
      ...outgrown(data, state.n).map(([name, stride]) => rule({ x: stride, words: `${name} is full` })),
      expected.length && line(expected, { colour: "orange", dashes: "6 4" }),
      expected.length && label(expected.slice(1, -1).reverse(), "as the bytes"),
      points.length > 1 && line(points.map((point) => [point.stride, point.ns[0]])),
      whiskers(points.map((point) => [point.stride, point.ns[1], point.ns[2]])),
      dots(points.map((point) => [point.stride, point.ns[0]])),
      here && chosen(here.stride, here.ns[0]),
      !here && rule({ x: state.stride, words: "not measured yet" }),
    ],
  });
}

function growth(data, { n, stride }, width) {
  const over = (one) => data.sizes.map((size_) => pointAt(data, size_, one)).filter(Boolean);
  const points = over(stride);
  const here = pointAt(data, n, stride);
  const full = Object.entries(data.caches)
    .map(([name, room]) => [name, (room * n) / moved(n, stride)])
    .filter(([, values]) => values > data.sizes[0] && values < data.sizes.at(-1));
  const [low, high] = span(data, []);
  return plot({
    width,
    alt: `ns for each value over the number of values at stride ${stride}: `
      + points.map((point) => `${powerOfTwo(point.n)} ${significant(point.ns[0])}`).join(", ")
      + full.map(([name, values]) => `; ${name} is full at ${whole(values)}`).join(""),
    x: {
      scale: "log", from: data.sizes[0] / 1.6, to: data.sizes.at(-1) * 1.6,
      ticks: data.sizes.map((size_) => [size_, powerOfTwo(size_)]), title: "number of values",
    },
    y: { scale: "log", from: low, to: high, ticks: decades(low, high, plain), title: "ns for each value" },
    marks: [
      ...full.map(([name, values]) => rule({ x: values, words: `${name} is full` })),
      stride !== NEIGHBOURS && line(over(NEIGHBOURS).map((point) => [point.n, point.ns[0]]), { colour: "grey" }),
      stride !== NEIGHBOURS && over(NEIGHBOURS).length > 0
        && label(over(NEIGHBOURS).map((point) => [point.n, point.ns[0]]), "neighbours"),
      points.length > 1 && line(points.map((point) => [point.n, point.ns[0]])),
      whiskers(points.map((point) => [point.n, point.ns[1], point.ns[2]])),
      dots(points.map((point) => [point.n, point.ns[0]])),
      here && chosen(n, here.ns[0]),
      !here && rule({ x: n, words: "not measured yet" }),
    ],
  });
}

// Roofs lie close together: their names stand beside the plot, pushed apart where they must be.
function roofLines(roofs, strong) {
  return (frame) => {
    let free = -Infinity;
    return [...roofs].reverse().map((roof) => {
      const at = frame.y(median(roof));
      const y = Math.max(at, free);
      free = y + 13;
      return element("line", {
        x1: frame.left, x2: frame.right, y1: at, y2: at, stroke: COLOURS.grey, "stroke-dasharray": "6 4",
        "stroke-width": roof === strong ? 3 : 1.5,
      }) + element("text", { x: frame.right + 5, y: y + 4, fill: "currentColor" }, escaped(roof.name));
    }).join("");
  };
}

function rates(data, state, width) {
  const { n, stride } = state;
  const points = pointsAt(data, n);
  const useful = points.map((point) => [point.stride, usefulGbs(point.ns[0])]);
  const lines = points.map((point) => [point.stride, lineGbs(n, point.stride, point.ns[0])]);
  const roofs = data.roofs ? data.roofs.memory : [];
  const all = [
    ...data.points.flatMap((p) => [usefulGbs(p.ns[0]), lineGbs(p.n, p.stride, p.ns[0])]),
    ...roofs.map(median),
  ];
  const low = all.length ? Math.min(...all) / 1.4 : 1;
  const high = all.length ? Math.max(...all) * 1.5 : 100;
  const ring = ([at, rate]) => at === stride && chosen(at, rate);
  return plot({
    width,
    height: 280,
    margin: { right: Math.max(10, ...roofs.map((roof) => textWidth(roof.name) + 14)) },
    alt: `GB/s over the stride, ${powerOfTwo(n)} values: `
      + points.map((point, index) => `stride ${point.stride} useful ${significant(useful[index][1])}, `
        + `whole lines ${significant(lines[index][1])}`).join("; ")
      + roofs.map((roof) => `; ${roof.name} roof ${significant(median(roof))}`).join(""),
    x: strideAxis(data),
    y: { scale: "log", from: low, to: high, ticks: decades(low, high, plain), title: "GB/s" },
    marks: [
      roofLines(roofs, roofOf(data, moved(n, stride))),
      points.length > 1 && line(lines, { colour: "orange" }),
      dots(lines, { colour: "orange" }),
      lines.length > 1 && label(lines.slice(0, -1).reverse(), "whole lines"),
      points.length > 1 && line(useful),
      dots(useful),
      useful.length && label([...useful].reverse(), "useful"),
      ...[...useful, ...lines].map(ring),
    ],
  });
}

function view(data, state) {
  const { n, stride } = state;
  return {
    status: status(data, state),
    facts: facts(data, state),
    pictures: [
      {
        title: `The first ${DRAWN_LINES} lines of the array: used values are blue, what is fetched with them is tinted`,
        draw: (width) => cells(data, state, width),
      },
      {
        title: `Time over the stride, ${powerOfTwo(n)} values; the ring is your stride, other numbers of values are grey`,
        draw: (width) => times(data, state, width),
      },
      {
        title: `Time over the number of values at stride ${stride}; a cache is full where lines and result fill it`,
        draw: (width) => growth(data, state, width),
      },
      {
        title: `Bandwidth over the stride, ${powerOfTwo(n)} values${data.roofs ? "; dashed: the roofs on one thread, bold: where lines and result lie" : ""}`,
        draw: (width) => rates(data, state, width),
      },
    ],
    table: {
      columns: [
        "stride", "bytes apart", "lines read", "useful share", "ns per value (quartiles)",
        "times as long as stride 1", "useful GB/s", "GB/s of whole lines",
      ],
      chosen: data.strides.indexOf(stride),
      rows: data.strides.map((one) => {
        const point = pointAt(data, n, one);
        const cell = (words, value) => (point ? { text: words(point), value: value(point) } : "not measured");
        const written = (rate) => cell((p) => significant(rate(p.ns[0])), (p) => rate(p.ns[0]));
        return [
          String(one),
          String(VALUE_BYTES * one),
          { text: whole(linesTouched(n, one)), value: linesTouched(n, one) },
          { text: percent(valuesInALine(one) / PER_LINE), value: valuesInALine(one) / PER_LINE },
          cell((p) => spread(p.ns), (p) => p.ns[0]),
          cell((p) => spread(p.ratio), (p) => p.ratio[0]),
          written(usefulGbs),
          written((ns) => lineGbs(n, one, ns)),
        ];
      }),
    },
  };
}

const askedStride = (data) => (data.strides.includes(PER_LINE) ? PER_LINE : data.strides.at(-1));

function explained(data, answer) {
  const [n, stride] = [data.sizes.at(-1), askedStride(data)];
  const [near, far] = [pointAt(data, n, NEIGHBOURS), pointAt(data, n, stride)];
  const yours = answer === null ? "" : `You predicted ${answer} times as long. `;
  if (!near || !far) return `${yours}Move the sliders to ${powerOfTwo(n)} values and stride ${stride}: it is measured here.`;
  const more = linesTouched(n, stride) / linesTouched(n, NEIGHBOURS);
  const bytes = moved(n, stride) / moved(n, NEIGHBOURS);
  const roof = roofOf(data, moved(n, stride));
  const rate = lineGbs(n, stride, far.ns[0]);
  return `${yours}Measured: ${spread(far.ratio)} times as long. ${plain(more)} times as many lines are read, `
    + `but only as many values are written, so ${significant(bytes)} times as many bytes move. The rest is how `
    + `fast they move. Neighbours and result, ${fits(data, moved(n, NEIGHBOURS))}: `
    + `${significant(lineGbs(n, NEIGHBOURS, near.ns[0]))} GB/s. At stride ${stride} lines and result, `
    + `${fits(data, moved(n, stride))}: ${significant(rate)} GB/s`
    + (roof ? `, ${percent(rate / median(roof))} of the ${roof.name} roof.` : ".");
}

export const explorer = {
  name: "layout",
  title: "Layout explorer",
  shape,
  start: (data) => (data.home === "here"
    ? { n: 2 ** 16, stride: PER_LINE }
    : { n: data.sizes.at(-1), stride: askedStride(data) }),
  controls: (data) => [
    {
      key: "stride", label: "Stride", as: "slider", values: data.strides,
      text: (value) => `${value} (${size(VALUE_BYTES * value)})`,
    },
    { key: "n", label: "Number of values", as: "slider", values: data.sizes, text: powerOfTwo },
  ],
  prediction: (data) => ({
    question: `${powerOfTwo(data.sizes.at(-1))} float32 values that lie side by side are copied; then as many, `
      + `of which each lies ${askedStride(data)} after the last, into an array without gaps. A line of the cache `
      + `holds ${PER_LINE}. How many times as long does the second copy take?`,
    unit: "times as long",
    explain: (answer) => explained(data, answer),
  }),
  view,
};

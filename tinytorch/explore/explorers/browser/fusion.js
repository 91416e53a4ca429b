// Kernel fusion: rung and tensor size against steps, arrays alive, bytes moved and roofs.
import { capacity, percent, powerOfTwo, significant, spread, whole } from "./format.js";
import { element, escaped } from "./markup.js";
import { COLOURS, chosen, decades, dots, label, line, plain, plot, whiskers } from "./plot.js";
import { behind, roofline, roofsShape, under } from "./roofs.js";
import { count, list, optional, possiblyEmpty, rate, record, spreadOfRates, text } from "./validate.js";

const VALUE_BYTES = 4;
const FLOPS = 8;
const BASE = "one expression";
const COUNTS = { read: "blue", written: "orange", fetched: "purple" };
const kinds = (allocate) => Object.keys(COUNTS).slice(0, allocate ? 3 : 2);

// A step is a text that tinytorch.explore.explorers.step_tables writes: "n 4 4 4 2 2 multiply".
const stepText = (value, path) => (/^[no]b?( [\d.e-]+){5} \S/.test(value) ? undefined : `${path} is no step`);

function stepFrom(words, ns) {
  const [kind, ...rest] = words.split(" ");
  const [read, written, fetched, alive, held] = rest.map(Number);
  return { read, written, fetched, alive, held, ns, made: kind[0] === "n", part: kind[1] === "b", step: rest.slice(5).join(" ") };
}

const fields = record({
  badge: text, call: text, home: text, roofs: optional(roofsShape), sizes: list(count), rungs: list(text),
  asked: record({ n: count, slow: text, fast: text }),
  tables: possiblyEmpty(list(stepText)),
  points: record({
    ns: list(optional(spreadOfRates)), x: list(optional(rate)), t: list(optional(count)), b: list(optional(count)),
    s: list(optional(list(rate))),
  }),
});

// A point stands at the place of its size and rung, in every column.
function pointAt({ points, sizes, rungs }, rung, n) {
  const place = sizes.indexOf(n) * rungs.length + rungs.indexOf(rung);
  return Object.fromEntries(Object.entries(points).map(([key, column]) => [key, column[place]]));
}

// Where data is recorded, nothing may be missing.
const fits = (data) => data.sizes.every((n) => data.rungs.every((rung) => {
  const { ns, x, t, b, s } = pointAt(data, rung, n);
  return s ? ns && x && b && s.length === data.tables[t - 1]?.length : data.home === "here";
}));

const shape = (value, path) => fields(value, path)
  ?? (value.home === "here" ? undefined : spreadOfRates(value.asked.ratio, `${path}.asked.ratio`))
  ?? (fits(value) ? undefined : `${path} does not fit together`);

// A rung at a size, with its steps, which are missing where they could not be seen.
function found(data, rung, n) {
  const point = pointAt(data, rung, n);
  const steps = point.s && data.tables[point.t - 1].map((words, index) => stepFrom(words, point.s[index]));
  return point.ns ? { ...point, n, steps } : undefined;
}

const over = (data, rung) => data.sizes.map((n) => found(data, rung, n)).filter(Boolean);

const total = (values) => values.reduce((sum, value) => sum + value, 0);
const most = (steps, key) => Math.max(...steps.map((step) => step[key]));
const time = (steps) => total(steps.map(({ ns }) => ns));
const inBlocks = (steps) => steps.some(({ part }) => part);

// Bytes per element, as tinytorch.explore.explorers.step_tables counts them.
const moved = (steps, allocate) => total(kinds(allocate).map((key) => total(steps.map((step) => step[key]))));

const beyondCache = (steps, allocate) => moved(steps.filter(({ part }) => !part), allocate)
  + (inBlocks(steps) ? (allocate ? 3 : 2) * VALUE_BYTES : 0);

function passesOver(n, blocks) {
  const bytes = n * VALUE_BYTES;
  return blocks === 1 ? `all of x, ${capacity(bytes)}` : `${whole(blocks)} blocks of ${capacity(Math.floor(bytes / blocks))}`;
}

function roofOf(data, { n, ns, steps }, allocate) {
  const intensity = (FLOPS * n) / (beyondCache(steps, allocate) * n);
  const gflops = (FLOPS * n) / ((ns[0] * n) / 1e9) / 1e9;
  const memory = behind(data.roofs, Math.ceil((1 + most(steps, "held")) * VALUE_BYTES * n));
  return { intensity, gflops, ...under(intensity, gflops, memory, data.roofs.compute[0]) };
}

function numbers(data, { rung, n, allocate }) {
  const point = found(data, rung, n);
  if (!point) return { facts: [["Time per element", "not measured yet"]] };
  const { ns, x, b, steps, peak } = point;
  const held = (units) => `${significant(units)} times its size`;
  const facts = [["Time per element (quartiles)", `${spread(ns)} ns`], [`Times as fast as ${BASE}`, significant(x)]];
  if (!steps) {
    if (peak) facts.push(["Memory held at most", held(peak)]);
    return { point, facts: [...facts, ["Steps", point.why]] };
  }
  const dearest = steps.reduce((one, other) => (other.ns > one.ns ? other : one));
  const share = percent(dearest.ns / time(steps));
  const implied = significant(moved(steps, allocate) / ns[0]);
  const both = (counted, write) => `${write(counted(steps))}, ${write(counted(steps, true))} with write-allocate`;
  facts.push(
    ["Sum of its steps", `${significant(time(steps))} ns`],
    ["Most expensive step", `${dearest.step}, ${significant(dearest.ns)} ns, ${share} of the sum`],
    ["Arrays alive at most", `${most(steps, "alive")} beside x, ${held(most(steps, "held"))}`],
    ["Each step passes over", passesOver(n, b)],
    ["Bytes per element, all steps", both(moved, whole)],
  );
  if (inBlocks(steps)) facts.push(["of these beyond a block's cache", both(beyondCache, whole)]);
  facts.push(
    ["Intensity in FLOP/byte", both((...of) => FLOPS / beyondCache(...of), significant)],
    ["All steps' bytes over the time", `${implied} GB/s`],
  );
  const roof = data.roofs && roofOf(data, point, allocate);
  if (roof) {
    facts.push(
      ["Limiting roof", `${roof.limit.name}, ${significant(roof.attainable)} GFLOP/s`],
      ["Still to be had", `${significant(Math.max(roof.headroom, 1))} times`],
    );
  }
  return { point, facts, roof, words: `Of its steps, ${dearest.step} takes ${share} of the time.` };
}

function status({ rung, n }, { point, words }) {
  const where = `${rung}, ${powerOfTwo(n)} elements:`;
  if (!point) return `${where} not measured yet.`;
  const fast = rung === BASE ? "" : `, ${significant(point.x)} times as fast as ${BASE}`;
  return `${where} ${significant(point.ns[0])} ns per element${fast}. ${words ?? "Its steps could not be watched."}`;
}

function svg(width, height, alt, drawn) {
  const box = { class: "tt-plot", viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": alt, "font-size": 12.5 };
  return element("svg", box, ...drawn);
}

const rect = (x, y, width, height, colour, opacity) => element("rect", {
  x, y, width, height, fill: COLOURS[colour], "fill-opacity": opacity,
});
const ring = (x, y, width, height) => element("rect", {
  class: "tt-chosen", x, y, width, height, rx: 4, fill: "none", stroke: "currentColor", "stroke-width": 2,
});
const say = (x, y, anchor, words) => element("text", { x, y, "text-anchor": anchor, fill: "currentColor" }, escaped(words));

// A step a row: its time, and below it the bytes that it moves.
function split({ rung, step, allocate }, { steps }, width) {
  const row = 42;
  const inner = width - 10;
  const longest = most(steps, "written") + most(steps, "read") + most(steps, "fetched");
  const said = steps.map((one) => `${significant(one.ns)} ns, ${percent(one.ns / time(steps))}; ${whole(moved([one], allocate))} bytes`);
  const drawn = steps.map((one, index) => {
    const top = index * row;
    let x = 5;
    return say(5, top + 15, "start", `${index + 1}. ${one.step}`) + say(width - 5, top + 15, "end", said[index])
      + rect(5, top + 20, (inner * one.ns) / most(steps, "ns"), 10, "grey")
      + kinds(allocate).map((key) => {
        const long = (inner * one[key]) / longest;
        x += long;
        return rect(x - long, top + 32, long, 5, COUNTS[key]);
      }).join("") + (index + 1 === step ? ring(1, top + 1, width - 2, row - 2) : "");
  });
  const alt = steps.map((one, index) => `${one.step} ${said[index]}`).join("; ");
  return svg(width, steps.length * row, `Steps of ${rung}, per element: ${alt}`, drawn);
}

// x at the bottom, above it what is held in units of x: whole cells, and a sliver for scratch.
function alive({ rung, step }, { steps }, width) {
  const levels = Math.ceil(most(steps, "held")) + 1;
  const cell = Math.min(24, 200 / levels);
  const bottom = levels * cell + 20;
  const across = (width - 4) / steps.length;
  const drawn = steps.map(({ alive: arrays, held, made, part, written }, index) => {
    const left = 2 + index * across;
    const fresh = made && !part ? written / VALUE_BYTES : 0;
    const box = (from, units, colour, opacity) => rect(
      left + 2, bottom - (from + units) * cell + 1, across - 4, Math.max(units * cell - 2, 2), colour, opacity,
    );
    const cells = [box(0, 1, "grey", 0.35)];
    for (let from = 0; from < held; from += 1) {
      const units = Math.min(1, held - from);
      cells.push(box(from + 1, units, units < 1 || from >= Math.floor(held) - fresh ? "orange" : "blue"));
    }
    return cells.join("") + say(left + across / 2, bottom - (held + 1) * cell - 4, "middle", arrays)
      + say(left + across / 2, bottom + 15, "middle", index + 1)
      + (index + 1 === step ? ring(left, 1, across, bottom + 20) : "");
  });
  const said = steps.map((one) => `${one.step} ${one.alive}`).join(", ");
  return svg(width, bottom + 24, `Arrays alive beside x in ${rung}: ${said}`, drawn);
}

function sizes(data, { rung, n }, { point }, width) {
  const all = data.points.ns.filter(Boolean);
  const curve = (name) => over(data, name).map((one) => [one.n, one.ns[0]]);
  const low = Math.min(...all.map(([, q1]) => q1)) / 1.5;
  const high = Math.max(...all.map(([, , q3]) => q3)) * 1.6;
  const mine = curve(rung);
  const said = mine.map(([size, ns]) => `${powerOfTwo(size)} ${significant(ns)}`).join(", ");
  return plot({
    width,
    alt: `ns per element of ${rung}: ${said}`,
    x: {
      scale: "log", from: data.sizes[0] / 1.5, to: data.sizes.at(-1) * 1.5, title: "elements",
      ticks: data.sizes.map((size) => [size, powerOfTwo(size)]),
    },
    y: { scale: "log", from: low, to: high, ticks: decades(low, high, plain), title: "ns per element" },
    marks: [
      ...data.rungs.filter((name) => name !== rung).flatMap((name) => [
        line(curve(name), { colour: "grey", width: 1.2 }),
      ]),
      line(mine),
      whiskers(over(data, rung).map((one) => [one.n, one.ns[1], one.ns[2]])),
      dots(mine),
      point && chosen(n, point.ns[0]),
      point && label(mine.reverse(), rung),
    ],
  });
}

function roofs(data, { rung, n, allocate }, { roof }, width) {
  const points = data.rungs.map((name) => [name, found(data, name, n)]).filter(([, point]) => point?.steps);
  return roofline({
    width,
    roofs: data.roofs,
    limit: roof.limit.name,
    points: points.map(([name, point]) => {
      const { intensity, gflops, attainable } = roofOf(data, point, allocate);
      return name === rung ? { intensity, gflops, attainable, name, chosen: true } : { intensity, gflops };
    }),
    alt: `Roofline at n = ${n}: ${rung} at ${significant(roof.gflops)} GFLOP/s of ${significant(roof.attainable)}, `
      + `with ${significant(roof.intensity)} FLOP/byte`,
  });
}

function pictures(data, state, seen) {
  const { point, roof } = seen;
  const drawings = [];
  if (point?.steps) {
    const { step, read, written, fetched } = point.steps[state.step - 1];
    const [purple, fetches] = state.allocate ? [", purple fetched", `, fetches ${whole(fetched)}`] : ["", ""];
    drawings.push([
      `Per element: grey is time, below it bytes, blue read, orange written${purple}. The steps sum to `
      + `${significant(time(point.steps))} ns; the whole call, timed apart, takes ${significant(point.ns[0])} ns`,
      (width) => split(state, point, width),
    ], [
      `Arrays alive at each step. A cell is as large as x, which is grey; orange is new. Step ${state.step}, ${step}, reads `
      + `${whole(read)}, writes ${whole(written)}${fetches} bytes an element`,
      (width) => alive(state, point, width),
    ]);
  }
  if (data.points.ns.some(Boolean)) {
    drawings.push(["Every rung over the tensor size", (width) => sizes(data, state, seen, width)]);
  }
  if (roof) {
    drawings.push([
      `Under the roofs of one thread: every rung at this size, 8 FLOP an element, bytes with${state.allocate ? "" : "out"} write-allocate`,
      (width) => roofs(data, state, seen, width),
    ]);
  }
  return drawings.map(([title, draw]) => ({ title, draw }));
}

function tableOf(data, { rung, n, step }, { point }) {
  const cells = (steps) => (steps
    ? [...kinds(true).map((key) => whole(total(steps.map((one) => one[key])))), String(most(steps, "alive"))]
    : Array(4).fill("not seen"));
  const all = data.rungs.map((name) => {
    const its = found(data, name, n);
    return [name, ...cells(its?.steps), its ? { text: spread(its.ns), value: its.ns[0] } : "not measured"];
  });
  const steps = (point?.steps ?? []).map((one, index) => [`${index + 1}. ${one.step}`, ...cells([one]), significant(one.ns)]);
  return {
    columns: ["rung, or its step", "bytes read", "written", "fetched", "arrays alive", "ns per element"],
    chosen: steps.length ? all.length + step - 1 : data.rungs.indexOf(rung),
    rows: [...all, ...steps],
  };
}

const COSTS = [["the power", /^power/], ["tanh or exp", /^(tanh|exp)/], ["all other steps", /^(?!power|tanh|exp)/]];

function explain(data, answer) {
  const { n, slow, fast, ratio } = data.asked;
  const said = answer === null ? "" : `You predicted ${significant(answer)} times. `;
  const [before, after] = [slow, fast].map((rung) => found(data, rung, n));
  if (!after) return `${said}Choose ${fast} at ${powerOfTwo(n)} elements: it is measured here, beside ${slow}.`;
  const measured = `${said}Measured: ${ratio ? spread(ratio) : significant(after.x)} times. `;
  if (!before.steps || !after.steps) return measured + (after.why ?? "");
  const parts = COSTS.map(([name, kind]) => [name, ...[before, after].map(({ steps }) => time(steps.filter(({ step }) => kind.test(step))))]);
  const share = (parts[0][1] - parts[0][2]) / (time(before.steps) - time(after.steps));
  const words = parts.map(([name, was, is]) => `${name} ${significant(was)} and ${significant(is)}`).join(", ");
  const rest = share > 0 && share <= 1
    ? `. The power, which products replace, is ${percent(share)} of the gain: fewer bytes and fewer new arrays explain no more than the rest.`
    : ".";
  return `${measured}In ns per element, ${slow} and ${fast}: ${words}${rest}`;
}

export const explorer = {
  name: "fusion",
  title: "Fusion explorer",
  shape,
  start: ({ asked, home }) => ({ rung: home === "here" ? asked.fast : asked.slow, n: asked.n, step: 1, allocate: false }),
  settle: (data, state, key) => (key === "rung" ? { ...state, step: 1 } : state),
  controls: (data, { rung, n }) => {
    const steps = found(data, rung, n)?.steps ?? [];
    return [
      { key: "rung", label: "Rung of the ladder", as: "select", values: data.rungs, text: (name) => name },
      { key: "n", label: "Tensor size, elements", as: "slider", values: data.sizes, text: powerOfTwo },
      {
        key: "step", label: "Step", as: "range", least: 1, most: Math.max(steps.length, 1),
        text: (step) => (steps[step - 1] ? `${step}. ${steps[step - 1].step}` : "not seen"),
      },
      { key: "allocate", label: "Count write-allocate", as: "switch" },
    ];
  },
  prediction: (data) => {
    const { home, asked: { n, slow, fast } } = data;
    return {
      question: `By the count, ${slow} ${home === "here" ? "moves" : "move"} 72 bytes an element, and ${fast} 8 to and from memory: `
        + `a ninth.${home === "here" ? "" : " It has the same tanh, and two products in the place of x**3."} `
        + `How many times as fast is ${fast} at ${powerOfTwo(n)} elements?`,
      unit: "times",
      explain: (answer) => explain(data, answer),
    };
  },
  view: (data, state) => {
    const seen = numbers(data, state);
    return { status: status(state, seen), facts: seen.facts, pictures: pictures(data, state, seen), table: tableOf(data, state, seen) };
  },
};

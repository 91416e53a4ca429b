// Kernels under the roofs of machines: what limits them, by how much, and from which memory.
import { capacity, duration, percent, powerOfTwo, significant, size, spread, whole } from "./format.js";
import { chosen, decades, dots, line, plain, plot, rule, whiskers } from "./plot.js";
import { behind, median, roofline, under } from "./roofs.js";
import { count, flag, list, named, optional, possiblyEmpty, rate, record, text } from "./validate.js";

const TOLERANCE = 0.1; // as in tinytorch.perf.kernel
const FAR_BELOW = 0.25;
const UNKNOWN = "not measured";

const tuple = (...of) => (value, path) => {
  if (value?.length !== of.length) return `${path} is no list of ${of.length}`;
  return of.map((check, index) => check(value[index], `${path}[${index}]`)).find(Boolean);
};
// Counts are polynomials of the size, the highest power first.
const polynomial = (value, path) => list((one) => (Number.isInteger(one) ? undefined : `${path} is not whole`))(value, path)
  ?? count(value[0], `${path}[0]`);
const kernelShape = record({ edge: flag, sizes: list(count), flops: polynomial, values: polynomial });
const fields = record({
  call: text,
  home: text,
  kernels: named((value, path) => (typeof value === "string" ? undefined : kernelShape(value, path))),
  sheet: list(text),
  bytes: named(count),
  machines: list(record({
    name: text,
    badge: text,
    kind: text,
    memory: list(tuple(count, list(tuple(text, rate, count)))),
    compute: list(tuple(text, count, list(tuple(text, rate)))),
    times: possiblyEmpty(tuple(text, text, count, list(optional(tuple(rate, rate, rate))))),
  })),
});

// Whatever one field names has to stand in the others too.
function shape(data, path) {
  const problem = fields(data, path);
  if (problem) return problem;
  for (const machine of data.machines) {
    must(machine.times.length || machine.kind === "sheet", "times");
    for (const kernel of kernelsOf(data, machine)) {
      for (const dtype of precisionsOf(machine, kernel)) {
        for (const threads of threadsOf(machine)) {
          const { offered } = spotOf(data, { machine: machine.name, kernel, dtype, threads });
          must(offered.length, `times of ${kernel} in ${dtype}`);
        }
      }
    }
  }
  return undefined;
}

// In data that does not fit together, a sentence comes first.
function must(value, what) {
  if (!value) throw new Error(`no ${what}`);
  return value;
}

const threadsWords = (threads) => (threads === 1 ? "one thread" : `${threads} threads`);
export const and = (words) => [words.slice(0, -1).join(", "), ...words.slice(-1)].filter(Boolean).join(" and ");

const unique = (values) => [...new Set(values)];

function kernelsOf(data, { times }) {
  return times.length ? unique(times.map(([kernel]) => kernel)) : data.sheet;
}

function precisionsOf({ times, compute }, kernel) {
  const timed = times.filter(([name]) => name === kernel);
  return unique(timed.length ? timed.map(([, dtype]) => dtype) : compute.map(([dtype]) => dtype));
}

const threadsOf = ({ memory }) => memory.map(([threads]) => threads);

// As tinytorch.explore.explorers.spot finds it: what a state names, or the nearest that there is.
export function spotOf(data, state) {
  const first = start(data);
  const pick = (offered, key) => [state[key], first[key]].find((one) => offered.includes(one)) ?? offered[0];
  const name = pick(data.machines.map((one) => one.name), "machine");
  const machine = data.machines.find((one) => one.name === name);
  const kernel = pick(kernelsOf(data, machine), "kernel");
  const dtype = pick(precisionsOf(machine, kernel), "dtype");
  const threads = pick(threadsOf(machine), "threads");
  const isSheet = machine.kind === "sheet";
  // Of all that stands behind such labels.
  const entry = (entries, ...labels) => entries.find((one) => labels.every((label, index) => one[index] === label))?.at(-1);
  const roofOf = ([title, middle, smallest]) => ({ name: title, rate: [middle], smallest });
  const arithmetic = must(entry(machine.compute, dtype, threads), `roofs in ${dtype}`);
  const roofs = { memory: entry(machine.memory, threads).map(roofOf), compute: arithmetic.map(roofOf) };
  const costs = [data.kernels[data.kernels[kernel]], data.kernels[kernel]].find((one) => one?.sizes);
  const { edge, sizes, flops, values } = must(costs, `costs of ${kernel}`);
  const bytes = must(data.bytes[dtype], `bytes of ${dtype}`);
  const own = entry(machine.times, kernel, dtype, threads);
  const times = own ?? entry(machine.times, kernel, dtype, 1);
  const all = sizes.map((n, index) => {
    const counted = (coefficients) => must(coefficients.reduce((sum, one) => sum * n + one, 0), `work in ${kernel}`);
    const words = edge ? `${whole(n)} × ${whole(n)}` : `${powerOfTwo(n)} elements`;
    const time = times?.[index];
    const seconds = time && time.map((value) => value / 1e6);
    return placed({ n, words, flops: counted(flops), moved: counted(values) * bytes, seconds }, roofs);
  });
  const offered = isSheet || data.home === "here" ? all : all.filter((one) => one.seconds);
  return {
    machine, kernel, dtype, threads, isSheet, roofs, edge, offered,
    at: offered.find((one) => one.n === state.n) ?? offered.at(-1),
    alone: threads > 1 && !own,
    rate: isSheet ? whole : significant,
  };
}

// What tinytorch.perf.kernel.Kernel says; a rate needs a time.
function placed(one, roofs, memory = behind(roofs, one.moved)) {
  const { flops, moved, seconds } = one;
  const intensity = flops / moved;
  const gflops = seconds && [flops / seconds[0] / 1e9, flops / seconds[2] / 1e9, flops / seconds[1] / 1e9];
  const found = under(intensity, gflops?.[0], memory, roofs.compute[0]);
  const above = Boolean(gflops) && gflops[0] > found.attainable * (1 + TOLERANCE);
  return { ...one, ...found, intensity, gflops, memory, above };
}

// The reader's own kernel: counted, perhaps timed, and held against memory.
function ownOf({ flop, bytes, seconds }, roofs) {
  return placed({
    words: "your own kernel", flops: Math.trunc(flop), moved: Math.trunc(bytes),
    seconds: seconds ? [seconds, seconds, seconds] : undefined,
  }, roofs, roofs.memory[0]);
}

function room({ above, headroom }) {
  return above ? "above its roof: an error" : `${significant(Math.max(headroom, 1))} times`;
}

function rateOf({ gflops }) {
  return gflops[1] === gflops[2] ? significant(gflops[0]) : spread(gflops);
}

function factsOf(one) {
  return [
    ["Intensity", `${significant(one.intensity)} FLOP/byte`],
    ["Working set", size(one.moved)],
    ["Attainable", `${significant(one.attainable)} GFLOP/s`],
    ["Limiting roof", one.limit.name],
    ...(one.seconds ? [
      ["Rate", `${rateOf(one)} GFLOP/s`],
      ["Share of that roof", percent(1 / one.headroom)],
      ["Still to be had", room(one)],
      ["One call takes", duration(one.seconds[0])],
    ] : [["Rate", UNKNOWN], ["One call takes at least", duration(leastOf(one))]]),
  ];
}

const leastOf = (one) => one.flops / one.attainable / 1e9;

function roofFacts({ roofs, at, rate }) {
  const [peak, ...others] = roofs.compute;
  return [
    ["Its bandwidth", `${at.memory.name}, ${rate(median(at.memory))} GB/s`],
    ["Its peak", `${peak.name}, ${rate(median(peak))} GFLOP/s`],
    ...roofs.memory.map((roof) => [
      roof.name, `${rate(median(roof))} GB/s, ridge ${significant(median(peak) / median(roof))}`,
    ]),
    ...others.map((roof) => [roof.name, `${significant(median(roof))} GFLOP/s`]),
  ];
}

// As Kernel.verdict: what a point reaches, or that its numbers cannot be right.
function verdict(name, one, roofs) {
  const here = `${name}: ${significant(one.gflops[0])} GFLOP/s at ${significant(one.intensity)} FLOP/byte`;
  if (!one.above) {
    return `${here} reaches ${percent(1 / one.headroom)} of the ${one.limit.name} roof; up to ${room(one)} as fast is still to be had.`;
  }
  const wide = one.limit === one.memory && roofs.memory.find(
    (roof) => one.gflops[0] <= one.intensity * median(roof) * (1 + TOLERANCE),
  );
  return `${here} lies ${significant(1 / one.headroom)} times above the ${one.limit.name} roof: a counting or timing error, not a discovery. `
    + (wide ? `Its bytes may not have crossed this roof: the ${wide.name} roof has room for it.`
      : "Check the count of FLOP, the time, and the number of threads of both.");
}

// What nobody timed: the most that it can reach.
function atMost(name, one) {
  return `${name}: at ${significant(one.intensity)} FLOP/byte the ${one.limit.name} roof allows ${significant(one.attainable)} GFLOP/s, `
    + `${duration(leastOf(one))} for a call.`;
}

function howOf({ machine, dtype, threads }) {
  return machine.kind === "cpu" ? `${dtype}, ${threadsWords(threads)}` : dtype;
}

function status(spot, own) {
  const { at, roofs, machine, alone } = spot;
  const name = `${spot.kernel}, ${at.words}, ${howOf(spot)}`;
  const say = (words, one) => (one.seconds ? verdict(words, one, roofs) : atMost(words, one));
  const said = [say(name, at)];
  if (spot.isSheet) said.unshift(`${machine.badge}.`);
  else if (alone) said.push("NumPy runs it on one thread: the point stays, the roofs rise.");
  else if (!at.seconds) said.unshift("Not measured yet.");
  else if (1 / at.headroom < FAR_BELOW) said.push("No roof is near: look at the cost of a call, and at operations that cost more than their one FLOP.");
  else if (!at.above) said.push(`Its ${size(at.moved)} come from ${at.memory.name}.`);
  said.push(...own.map((one) => say("Your own kernel", one)));
  return said.join(" ");
}

function underRoofs({ at, offered, roofs, rate, kernel }, own, width) {
  const points = [...offered, ...own].map((one) => ({
    intensity: one.intensity,
    gflops: one.gflops?.[0] ?? one.attainable,
    hollow: !one.gflops,
    ...(one !== at && one.n ? { faint: true } : {
      chosen: one === at,
      name: one === at ? one.words : "yours",
      colour: one === at ? "red" : "blue",
      attainable: one.attainable,
      room: one.headroom > 1.15 && `${room(one)} still to be had`,
    }),
  }));
  const lowest = Math.min(...points.map((point) => point.gflops));
  const names = (some, unit) => some.map((roof) => `${roof.name} ${rate(median(roof))} ${unit}`).join(", ");
  return roofline({
    width,
    height: 320,
    // A kind of arithmetic far below every point would press the others together.
    roofs: { memory: roofs.memory, compute: roofs.compute.filter((roof, index) => !index || 3 * median(roof) >= lowest) },
    points,
    limit: at.limit.name,
    memory: at.memory,
    alt: `Roofline: ${names(roofs.memory, "GB/s")}, ${names(roofs.compute, "GFLOP/s")}. ${kernel}, ${at.words}, at `
      + `${significant(at.intensity)} FLOP/byte: ${at.limit.name} allows ${significant(at.attainable)} GFLOP/s`,
  });
}

const BYTES = [10, 14, 18, 22, 26, 30].map((power) => [2 ** power, capacity(2 ** power)]);

function overSizes({ at, offered, roofs }, width) {
  const timed = offered.filter((one) => one.gflops);
  const [from, to] = [offered[0].moved / 2, offered.at(-1).moved * 2];
  const rates = [...offered.map((one) => one.attainable), ...timed.flatMap((one) => one.gflops)];
  const [low, high] = [Math.min(...rates) / 1.6, Math.max(...rates) * 2];
  const allowed = offered.map((one) => [one.moved, one.attainable]);
  const reached = timed.map((one) => [one.moved, one.gflops[0]]);
  const said = offered.map((one) => `${capacity(one.moved)} from ${one.memory.name} ${significant(one.attainable)}`);
  return plot({
    width,
    height: 260,
    alt: `Attainable GFLOP/s over the working set: ${said.join(", ")}; reached: ${reached.map(([, y]) => significant(y)).join(", ")}`,
    x: { scale: "log", from, to, ticks: BYTES, title: "working set" },
    y: { scale: "log", from: low, to: high, ticks: decades(low, high, plain), title: "GFLOP/s" },
    marks: [
      ...roofs.memory.filter((roof) => roof.smallest > from && roof.smallest < to)
        .map((roof) => rule({ x: roof.smallest, words: `${roof.name} from here` })),
      line(allowed, { colour: "orange", dashes: "6 4" }),
      dots(allowed, { colour: "orange", hollow: true }),
      line(reached, { colour: "red" }),
      whiskers(timed.map((one) => [one.moved, one.gflops[1], one.gflops[2]]), { colour: "red" }),
      dots(reached, { colour: "red" }),
      chosen(at.moved, at.gflops?.[0] ?? at.attainable),
    ],
  });
}

function row(one) {
  const cell = (value, words) => (value ? { text: words(value), value } : UNKNOWN);
  return [
    one.words,
    cell(one.moved, size),
    cell(one.intensity, significant),
    one.memory.name,
    one.limit.name,
    cell(one.attainable, significant),
    cell(one.gflops?.[0], () => rateOf(one)),
    cell(one.headroom, () => room(one)),
    cell(one.seconds?.[0], duration),
  ];
}

function view(data, state) {
  const spot = spotOf(data, state);
  const { machine, roofs, offered, at, kernel } = spot;
  const own = state.own ? [ownOf(state, roofs)] : [];
  return {
    status: status(spot, own),
    badge: machine.badge,
    facts: [
      ...factsOf(at),
      ...roofFacts(spot),
      ...own.flatMap(factsOf).map(([term, words]) => [`Yours: ${term.toLowerCase()}`, words]),
    ],
    pictures: [
      {
        title: `${machine.name}, ${howOf(spot)}: the bold roof limits the point in the ring; other sizes are faint`,
        draw: (width) => underRoofs(spot, own, width),
      },
      {
        title: `${kernel} over its working set: dashed what the roofs allow${spot.isSheet ? "" : ", solid what it reached"}`,
        draw: (width) => overSizes(spot, width),
      },
    ],
    table: {
      columns: [
        "size", "working set", "FLOP/byte", "memory", "limiting roof", "attainable GFLOP/s",
        "GFLOP/s (quartiles)", "still to be had", "one call",
      ],
      chosen: offered.indexOf(at),
      rows: [...offered, ...own].map(row),
    },
  };
}

const start = (data) => ({
  machine: data.machines[0].name,
  kernel: "matmul",
  dtype: "float32",
  threads: 1,
  n: 1024,
  own: false,
  flop: 2e7,
  bytes: 1.2e8,
  seconds: 0,
});

function controls(data, state) {
  const { machine, kernel, edge, offered } = spotOf(data, state);
  const select = (key, label, values, words = String) => ({ key, label, as: "select", values, text: words });
  const number = (key, label, unit, rest) => ({ key, label, unit, as: "number", least: 1, most: 1e18, ...rest });
  return [
    select("machine", "Machine", data.machines.map((one) => one.name)),
    select("kernel", "Kernel", kernelsOf(data, machine)),
    {
      key: "n", label: edge ? "Matrix size n" : "Size of the vectors", as: "slider",
      values: offered.map((one) => one.n), text: (n) => offered.find((one) => one.n === n).words,
    },
    select("dtype", "Precision", precisionsOf(machine, kernel)),
    select("threads", "Threads", threadsOf(machine), threadsWords),
  ].filter(({ as, values }) => as !== "select" || values.length > 1).concat(
    { key: "own", label: "Add a kernel of your own", as: "switch" },
    state.own ? [
      number("flop", "Work of one call", "FLOP"),
      number("bytes", "Bytes it moves", "bytes"),
      number("seconds", "Time of a call, if known", "seconds", { least: 1e-12, most: 1e9, optional: true }),
    ] : [],
  );
}

// Kernels from few FLOP a byte to many; an answer is how many of the last ones arithmetic limits.
function prediction(data) {
  const { machine, roofs } = spotOf(data, {});
  const [memory, peak] = [roofs.memory[0], roofs.compute[0]].map(median);
  const kernels = unique(["add", "matrix-vector product", "matmul"].map((kernel) => spotOf(data, { kernel }).kernel)).flatMap((kernel) => {
    const { offered } = spotOf(data, { kernel });
    const ends = kernel === "matmul" ? [offered[0], offered.find((one) => one.n === 1024) ?? offered.at(-1)] : offered.slice(-1);
    return unique(ends).map((one) => [`${kernel} of ${one.words}`, one.intensity]);
  });
  const ridge = peak / memory;
  const words = (number) => (number ? and(kernels.slice(-number).map(([name]) => name)) : "none of them");
  const right = kernels.filter(([, intensity]) => intensity >= ridge).length;
  const counted = kernels.map(([name, intensity]) => `${name} (${significant(intensity)})`);
  return {
    question: `${machine.name}: one thread computes ${significant(peak)} GFLOP/s and gets ${significant(memory)} GB/s from memory. `
      + "If their arrays come from there, which of these kernels does arithmetic limit?",
    choices: [...kernels, []].map((_, number) => [number, words(number)]),
    explain: (answer) => (answer === null ? "" : `You predicted ${words(answer)}. `)
      + (answer === right ? "So it is" : `It is ${words(right)}`) + `. The ridge is at ${significant(ridge)} FLOP/byte. `
      + `The kernels: ${and(counted)}. A product of n × n matrices has n/6 and passes the ridge at n = ${whole(Math.ceil(6 * ridge))}: `
      + "it uses each value n times, a product with a vector uses the matrix once.",
  };
}

// The n of another kernel is no size at all: 1024 is the edge of a matrix, and a short vector.
function settle(data, state) {
  const { offered } = spotOf(data, state);
  const near = offered[0].n / 2 <= state.n && state.n <= offered.at(-1).n * 2;
  return near ? state : { ...state, n: offered.at(-1).n };
}

export const recorded = {
  name: "roofline",
  title: "Roofline explorer",
  shape,
  start,
  settle,
  controls,
  prediction,
  view,
};

export const explorer = recorded;

// Amdahl's law: one part of a profile made faster, against the whole.
import { duration, percent, significant, spread } from "./format.js";
import { element, escaped } from "./markup.js";
import { COLOURS, chosen, dots, label, line, plot, rule, steps, textWidth, whiskers } from "./plot.js";
import { list, possiblyEmpty, optional, rate, record, spreadOfRates, text } from "./validate.js";

const NO_TIME = "no time";
const START_SPEEDUP = 2;
const ASKED_SPEEDUP = 10;
const BAR = 26;

// A profile of the reader's own has one variant, and nothing that was measured in one piece.
const shape = (data, path) => shapeWith(data?.home === "yours")(data, path) ?? unknown(data, path);
const shapeWith = (yours) => record({
  badge: text,
  call: text,
  home: text,
  variants: list(record({
    name: text,
    parts: list(record({ name: text, seconds: rate })),
    whole: yours ? optional(spreadOfRates) : spreadOfRates,
  })),
  measured: (yours ? possiblyEmpty : list)(record({
    variant: text, part: text, by: text, ratio: spreadOfRates, whole: spreadOfRates,
  })),
  speedups: list(rate),
});

function unknown(data, path) {
  const known = ({ variant, part }) => data.variants
    .some(({ name, parts }) => name === variant && parts.some((one) => one.name === part));
  const pair = data.measured.find((one) => !known(one));
  return pair && `${path}.measured names ${pair.part} of ${pair.variant}, which there is not`;
}

const variantOf = (data, { variant }) => data.variants.find((one) => one.name === variant) ?? data.variants[0];
const longest = (parts) => parts.reduce((a, b) => (b.seconds > a.seconds ? b : a));
const secondsOf = (variant, part) => variant.parts.find((one) => one.name === part).seconds;
const sumOfParts = (variant) => variant.parts.reduce((total, part) => total + part.seconds, 0);
const measured = (data, variant, part) => data.measured.find((one) => one.variant === variant && one.part === part);

// As tinytorch.explore.charts.amdahl; a part may take no time at all.
function wholeSpeedup(share, speedup) {
  if (speedup === NO_TIME) return share < 1 ? 1 / (1 - share) : Infinity;
  return 1 / (1 - share + share / speedup);
}

const inTimes = (speedup) => (Number.isFinite(speedup) ? `${significant(speedup)} times` : "no limit");
const asWords = (speedup) => (speedup === NO_TIME ? "takes no time" : `${significant(speedup)} times`);

function speedupsOf(data, variant, part) {
  const pair = measured(data, variant, part);
  const numbers = new Set([...data.speedups, ...(pair ? [pair.ratio[0]] : [])]);
  return [...[...numbers].sort((a, b) => a - b), NO_TIME];
}

function numbers(data, state) {
  const variant = variantOf(data, state);
  const before = secondsOf(variant, state.part);
  const total = sumOfParts(variant);
  const after = state.speedup === NO_TIME ? 0 : before / state.speedup;
  const share = before / total;
  return {
    variant, before, total, after, share, saved: before - after,
    whole: wholeSpeedup(share, state.speedup),
    limit: wholeSpeedup(share, NO_TIME),
    pair: measured(data, variant.name, state.part),
  };
}

function facts({ variant, before, total, after, share, saved, whole, limit, pair }) {
  const found = [
    ["Share of this part", percent(share)],
    ["This part before", duration(before)],
    ["This part after", duration(after)],
    ["All parts before", duration(total)],
    ["All parts after", duration(total - saved)],
    ["Time saved", duration(saved)],
    ["Speed-up of the whole", inTimes(whole)],
    ["Limit of the whole", inTimes(limit)],
  ];
  if (variant.whole) {
    const [seconds] = variant.whole;
    found.push(
      ["Measured in one piece", duration(seconds)],
      ["against its parts", `${percent(Math.abs(seconds / total - 1))} ${seconds >= total ? "more" : "less"}`],
    );
  }
  if (pair) {
    found.push(
      [`Part as ${pair.by}`, `${spread(pair.ratio)} times`],
      ["Whole with it, law", inTimes(wholeSpeedup(share, pair.ratio[0]))],
      ["Whole with it, measured", `${spread(pair.whole)} times`],
    );
  }
  return found;
}

function status({ part, speedup }, { share, whole, limit, saved, total, pair }) {
  const takes = `${part}: ${percent(share)} of the time.`;
  if (share === 1) return `${takes} It is the whole: nothing else sets a limit.`;
  if (speedup === NO_TIME) {
    return `${takes} If it took no time at all, the whole would be ${inTimes(limit)} as fast, and no faster.`;
  }
  const law = `${takes} If it becomes ${significant(speedup)} times as fast, the whole becomes ${inTimes(whole)} as fast, `
    + `of at most ${significant(limit)} times: ${duration(saved)} of ${duration(total)} are saved.`;
  return pair && speedup === pair.ratio[0]
    ? `${law} Measured with ${pair.by}: ${significant(pair.whole[0])} times.` : law;
}

// The block as bars of its parts, before and after, and as it was measured in one piece.
function bars(data, state, found, width) {
  const { variant, total, after, saved, pair } = found;
  const other = pair && data.variants.find((one) => one.name === pair.by);
  const rows = [
    [`Before: ${duration(total)}`, variant.parts],
    [`After, by the law: ${duration(total - saved)}`, variant.parts.map(
      (part) => (part.name === state.part ? { ...part, seconds: after } : part),
    )],
    variant.whole && [`Measured in one piece, before: ${duration(variant.whole[0])}`, variant.whole[0]],
    other?.whole && [`Measured in one piece, ${pair.by}: ${duration(other.whole[0])}`, other.whole[0]],
  ].filter(Boolean);
  const longestBar = Math.max(total, ...[variant, other].map((one) => one?.whole?.[0] ?? 0));
  const scale = (width - 2) / longestBar;
  const pitch = BAR + 30;
  const drawn = rows.map(([words, parts], index) => {
    const y = index * pitch;
    const title = element("text", { x: 0, y: y + 14, fill: "currentColor" }, escaped(words));
    if (!Array.isArray(parts)) {
      return title + element("rect", {
        class: "tt-axis", x: 1, y: y + 20, width: parts * scale, height: BAR, fill: "none", "stroke-dasharray": "6 4",
      });
    }
    let x = 1;
    return title + parts.map((part) => {
      const long = part.seconds * scale;
      const mine = part.name === state.part;
      const segment = element("rect", {
        class: "tt-axis", x, y: y + 20, width: long, height: BAR, "stroke-width": mine ? 2.5 : 0.7,
        fill: COLOURS[mine ? "blue" : "grey"], "fill-opacity": mine ? 0.45 : 0.2,
      });
      const name = textWidth(part.name) + 8 < long
        ? element("text", { x: x + 5, y: y + 38, fill: "currentColor" }, escaped(part.name)) : "";
      x += long;
      return segment + name;
    }).join("");
  });
  const height = rows.length * pitch;
  return element(
    "svg",
    {
      class: "tt-plot", viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "font-size": 12.5,
      "aria-label": `${rows.map(([words]) => words).join("; ")}. Parts before: `
        + variant.parts.map((part) => `${part.name} ${duration(part.seconds)}`).join(", ")
        + `. ${state.part} after: ${duration(after)}`,
    },
    drawn.join(""),
  );
}

function curve(data, state, found, width) {
  const { variant, total, share, whole, limit, pair } = found;
  const fastest = data.speedups.at(-1);
  const end = fastest * 2;
  const at = (speedup) => (speedup === NO_TIME ? end : speedup);
  const law = (part) => data.speedups.map((speedup) => [speedup, wholeSpeedup(part, speedup)]);
  const shares = variant.parts.map((part) => part.seconds / total);
  const reached = Math.max(...shares.map((part) => wholeSpeedup(part, fastest)), pair ? pair.whole[2] : 1);
  // A part that is nearly everything has a limit far above what any of these speed-ups reach.
  const highest = Math.max(...shares.map((part) => wholeSpeedup(part, NO_TIME)));
  const top = 1 + (Math.max(reached, Math.min(2 * reached, highest)) - 1) * 1.15;
  const ticks = [1, 2, 4, 8, 16, 32, 64, 128].filter((value) => value <= fastest);
  const step = steps(top - 1, String);
  const slowest = Math.min(data.speedups[0], pair ? pair.ratio[1] : 1);
  const least = Math.min(1, pair ? pair.whole[1] : 1);
  return plot({
    width,
    alt: `Speed-up of the whole over that of ${state.part}: `
      + ticks.map((value) => `${value} times gives ${significant(wholeSpeedup(share, value))}`).join(", ")
      + `; limit ${significant(limit)}`
      + (pair ? `; measured with ${pair.by}: ${significant(pair.ratio[0])} gives ${significant(pair.whole[0])}` : ""),
    x: {
      scale: "log", from: slowest / 1.1, to: end * 1.2,
      ticks: [...ticks.map((value) => [value, String(value)]), [end, "∞"]], title: "speed-up of the part",
    },
    y: {
      scale: "linear", from: least, to: top,
      ticks: step.map(([value]) => [1 + value, significant(1 + value)]), title: "speed-up of the whole",
    },
    marks: [
      ...variant.parts.map((part, index) => part.name !== state.part
        && line(law(shares[index]), { colour: "grey", faint: true, width: 1.2 })),
      limit < top && rule({ y: limit, words: `limit ${significant(limit)}` }),
      line(law(share)),
      pair && whiskers([[pair.ratio[0], pair.whole[1], pair.whole[2]]], { colour: "orange" }),
      pair && dots([[pair.ratio[0], pair.whole[0]]], { colour: "orange", radius: 5 }),
      pair && label([[pair.ratio[0], pair.whole[0]]], `measured ${significant(pair.whole[0])}`),
      chosen(at(state.speedup), Math.min(whole, top)),
    ],
  });
}

function view(data, state) {
  const found = numbers(data, state);
  const { variant, total, pair } = found;
  const { speedup } = state;
  return {
    status: status(state, found),
    facts: facts(found),
    pictures: [
      {
        title: `The parts side by side, ${state.part} marked${variant.whole ? "; dashed bars were measured in one piece" : ""}`,
        draw: (width) => bars(data, state, found, width),
      },
      {
        title: `What the law says of ${state.part}; other parts are grey${pair ? ", the orange point was measured" : ""}`,
        draw: (width) => curve(data, state, found, width),
      },
    ],
    table: {
      columns: ["part", "time", "share", "speed-up of the part", "speed-up of the whole", "limit of the whole"],
      chosen: variant.parts.findIndex((part) => part.name === state.part),
      rows: variant.parts.map(({ name, seconds }) => {
        const share = seconds / total;
        const [whole, limit] = [speedup, NO_TIME].map((one) => wholeSpeedup(share, one));
        return [
          name,
          { text: duration(seconds), value: seconds },
          { text: percent(share), value: share },
          { text: asWords(speedup), value: speedup },
          { text: inTimes(whole), value: whole },
          { text: inTimes(limit), value: limit },
        ];
      }),
    },
  };
}

// What the question is about: the part that was replaced, or the longest of a profile.
function asked(data) {
  const [pair] = data.measured;
  const variant = variantOf(data, { variant: pair?.variant });
  const part = pair ? pair.part : longest(variant.parts).name;
  const share = secondsOf(variant, part) / sumOfParts(variant);
  return { pair, part, share, speedup: pair ? pair.ratio[0] : ASKED_SPEEDUP };
}

function explained(data, answer) {
  const { pair, part, share, speedup } = asked(data);
  const limit = wholeSpeedup(share, NO_TIME);
  const yours = answer === null ? "" : `You predicted ${answer} times as fast. `;
  if (share === 1) return `${yours}${part} is the whole, so the whole becomes as fast as the part.`;
  const beyond = answer !== null && answer > limit ? `That is beyond the limit of ${significant(limit)}. ` : "";
  return `${yours}${beyond}The law says ${significant(wholeSpeedup(share, speedup))}: of every 100 ms, `
    + `${significant(100 * share)} become ${significant((100 * share) / speedup)}, and the other `
    + `${significant(100 * (1 - share))} stay as they are.`
    + (pair ? ` Measured, with ${pair.by} in the block: ${spread(pair.whole)} times as fast.` : "")
    + ` Even if ${part} took no time at all, the whole would be ${significant(limit)} times as fast.`;
}

export const explorer = {
  name: "amdahl",
  title: "Amdahl explorer",
  shape,
  start: (data) => {
    const [pair] = data.measured;
    const first = data.variants[0];
    return {
      ...(data.variants.length > 1 ? { variant: first.name } : {}),
      part: pair ? pair.part : longest(first.parts).name,
      speedup: pair ? pair.ratio[0] : START_SPEEDUP,
    };
  },
  controls: (data, state) => {
    const variant = variantOf(data, state);
    const parts = variant.parts.map((part) => part.name);
    const part = parts.includes(state.part) ? state.part : explorer.start(data).part;
    const pair = measured(data, variant.name, part);
    const text_ = (value) => (value === pair?.ratio[0] ? `${asWords(value)}, as measured` : asWords(value));
    return [
      ...(data.variants.length > 1
        ? [{ key: "variant", label: "Start from the block with", as: "select", values: data.variants.map((one) => one.name), text: String }]
        : []),
      { key: "part", label: "Part to make faster", as: "select", values: parts, text: String },
      { key: "speedup", label: "Speed-up", as: "slider", values: speedupsOf(data, variant.name, part), text: text_ },
    ];
  },
  prediction: (data) => {
    const { pair, part, share, speedup } = asked(data);
    const where = pair ? `In the block with "${pair.variant}", ${part}` : part;
    const faster = pair ? `${pair.by} is ${significant(speedup)} times as fast` : `Say it becomes ${speedup} times as fast`;
    return {
      question: `${where} takes ${percent(share)} of the time. ${faster}. How many times as fast does the whole become?`,
      unit: "times as fast",
      explain: (answer) => explained(data, answer),
    };
  },
  view,
};

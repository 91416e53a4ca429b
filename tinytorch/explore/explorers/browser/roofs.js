// The roofline: slanted roofs of bandwidth, flat ones of arithmetic, points under them.
import { element, escaped } from "./markup.js";
import { significant } from "./format.js";
import { COLOURS, chosen, decades, dots, label, line, plain, plot, textWidth } from "./plot.js";
import { count, list, record, spreadOfRates, text } from "./validate.js";

const MEMORY = ["blue", "teal", "purple", "green", "grey"];
// The slanted roofs lie close together: a second sign beside the colour tells them apart.
const DASHES = ["none", "10 3", "5 3", "2 3", "8 3 2 3"];
const SWATCH = 22;

// Roofs travel slowest memory first and highest arithmetic first, as tinytorch.perf.roofline has them.
export const roofsShape = record({
  memory: list(record({ name: text, rate: spreadOfRates, smallest: count })),
  compute: list(record({ name: text, rate: spreadOfRates })),
});

export const median = (roof) => roof.rate[0];

// The slowest memory that a working set of so many bytes is big enough to come from: by size, since
// on a busy machine a larger level may have been measured as the faster one.
export function behind(roofs, bytes) {
  const largest = [...roofs.memory].sort((a, b) => b.smallest - a.smallest);
  return largest.find((roof) => roof.smallest <= bytes) ?? largest.at(-1);
}

// What tinytorch.perf.kernel.Kernel says of a point: rates in GFLOP/s, intensity in FLOP/byte.
export function under(intensity, gflops, memory, compute) {
  const slanted = intensity * median(memory);
  const attainable = Math.min(median(compute), slanted);
  const limit = slanted < median(compute) ? memory : compute;
  return { attainable, limit, headroom: attainable / gflops };
}

// points: [{ name, intensity, gflops, chosen, hollow, faint, colour }]; attainable draws the way up to the roof,
// with the words of room beside it. limit is the name of the roof that limits the chosen point; memory, the
// roof of the memory that its bytes come from, marks the ridges too.
export function roofline({ width, height = 300, roofs, points, limit, memory, alt }) {
  const peak = Math.max(...roofs.compute.map(median));
  const rates = points.map((point) => point.gflops);
  const intensities = points.map((point) => point.intensity);
  const slowest = Math.min(...roofs.memory.map(median));
  const from = Math.min(1 / 16, ...intensities.map((value) => value / 2));
  const to = Math.max(256, (4 * peak) / slowest, ...intensities.map((value) => value * 2));
  const low = Math.min(...rates.map((rate) => rate / 3), median(roofs.compute.at(-1)) / 2, from * slowest);
  const high = Math.max(peak, ...rates) * (memory ? 5 : 2.2);
  const slanted = roofs.memory.map((roof, index) => {
    const ridge = peak / median(roof);
    const start = Math.max(from, low / median(roof));
    const strong = limit === roof.name;
    return line([[start, start * median(roof)], [ridge, peak]], {
      colour: MEMORY[index % MEMORY.length], dashes: DASHES[index % DASHES.length],
      width: strong ? 4 : roof === memory ? 2.6 : 1.8,
    });
  });
  const flat = roofs.compute.map((roof) => {
    const left = Math.min(to / 2, Math.max(from, median(roof) / Math.max(...roofs.memory.map(median))));
    return [
      line([[left, median(roof)], [to, median(roof)]], {
        colour: "orange", width: limit === roof.name ? 4 : 1.8,
      }),
      label([0.75, 0.5, 0.3].map((share) => [left * (to / left) ** share, median(roof)]), roof.name),
    ];
  });
  const marks = points.map((point) => [
    dots([[point.intensity, point.gflops]], {
      colour: point.colour ?? "red", radius: 5, hollow: point.hollow, faint: point.faint,
    }),
    point.chosen && chosen(point.intensity, point.gflops),
    point.name && label([[point.intensity, point.gflops]], point.name),
  ]);
  const above = points.filter((point) => point.attainable > point.gflops);
  const gaps = above.flatMap((point) => [
    line(
      [[point.intensity, point.gflops], [point.intensity, point.attainable]],
      { colour: point.colour ?? "red", dashes: "6 4", width: 1.5 },
    ),
    point.room && label([[point.intensity, Math.sqrt(point.gflops * point.attainable)]], point.room),
  ]);
  const ridges = memory ? roofs.memory.map((roof, index) => [
    dots([[peak / median(roof), peak]], { colour: MEMORY[index % MEMORY.length], radius: 3.5 }),
    roof === memory && label([[peak / median(roof), peak]], `ridge ${significant(peak / median(roof))}`),
  ]) : [];
  return plot({
    width,
    height,
    alt,
    x: { scale: "log", from, to, ticks: decades(from, to, plain), title: "FLOP/byte" },
    y: { scale: "log", from: low, to: high, ticks: decades(low, high, plain), title: "GFLOP/s" },
    marks: [...marks.flat(), ...gaps, ...ridges.flat(), ...slanted, ...flat.flat(), legend(roofs.memory)],
    margin: { top: 50 },
  });
}

// Names of the slanted roofs in a row above the plot, the fastest first as they stand in it.
function legend(memory) {
  return (frame) => {
    let x = 2;
    return memory.map((roof, index) => [roof, index]).reverse().map(([roof, index]) => {
      const at = x;
      x += SWATCH + textWidth(roof.name) + 14;
      return element("line", {
        x1: at, x2: at + SWATCH - 5, y1: frame.top - 18, y2: frame.top - 18, "stroke-width": 2.5,
        stroke: COLOURS[MEMORY[index % MEMORY.length]], "stroke-dasharray": DASHES[index % DASHES.length],
      }) + element("text", { x: at + SWATCH, y: frame.top - 14, fill: "currentColor" }, escaped(roof.name));
    }).join("");
  };
}

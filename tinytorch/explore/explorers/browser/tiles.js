// The tile loop: tile and matrix size against rate, caches, blocks and roofs.
import { smallestHolding } from "./caches.js";
import { capacity, duration, percent, plural, significant, size, spread, whole } from "./format.js";
import { element } from "./markup.js";
import { COLOURS, chosen, dots, line, plain, plot, decades, rule, textWidth, whiskers } from "./plot.js";
import { behind, roofline, roofsShape, under } from "./roofs.js";
import { count, list, named, optional, possiblyEmpty, record, spreadOfRates, text } from "./validate.js";

const VALUE_BYTES = 4;
const MOST_LINES = 32;

// A recording holds points; a notebook starts without any.
const shape = (data, path) => shapeWith(data?.home === "here" ? possiblyEmpty : list)(data, path);
const shapeWith = (points) => record({
  badge: text,
  call: text,
  home: text,
  caches: named(count),
  roofs: optional(roofsShape),
  sizes: list(count),
  tiles: list(count),
  points: points(record({
    n: count, tile: count, seconds: spreadOfRates, gflops: spreadOfRates, ratio: spreadOfRates,
  })),
  whole: points(record({ n: count, gflops: spreadOfRates })),
});

const pointsAt = (data, n) => data.points
  .filter((point) => point.n === n).sort((a, b) => a.tile - b.tile);
const pointAt = (data, { n, tile }) => data.points.find((p) => p.n === n && p.tile === tile);
const best = (points) => points.reduce((a, b) => (b.gflops[0] > a.gflops[0] ? b : a));

function tilesOf(data, n) {
  if (data.home === "here") return data.tiles.filter((tile) => tile <= n);
  return pointsAt(data, n).map((point) => point.tile);
}

// As tinytorch.perf.traffic.counted.blocked_matmul counts.
function traffic(n, tile) {
  const loads = 2 * n ** 2 * Math.ceil(n / tile) * VALUE_BYTES;
  const stores = n ** 2 * VALUE_BYTES;
  return { minimal: loads + stores, withWriteAllocate: loads + 2 * stores };
}

const stepsOf = (n, tile) => Math.ceil(n / tile) ** 3;
const threeTiles = (tile) => 3 * tile ** 2 * VALUE_BYTES;
const largestTile = (bytes) => Math.floor(Math.sqrt(bytes / (3 * VALUE_BYTES)));

// The loop over i, j, k: k runs fastest.
function blockOf(n, tile, step) {
  const across = Math.ceil(n / tile);
  const index = step - 1;
  return {
    across, i: Math.floor(index / across ** 2), j: Math.floor(index / across) % across, k: index % across,
  };
}

function numbers(data, { n, tile }) {
  const point = pointAt(data, { n, tile });
  const flops = 2 * n ** 3;
  const moved = traffic(n, tile);
  const cache = smallestHolding(data.caches, threeTiles(tile));
  const facts = [
    ["Three tiles take", capacity(threeTiles(tile))],
    ["Smallest cache for three", cache ? `${cache[0]} (${capacity(cache[1])})` : "none"],
    ["Steps of the loop", whole(stepsOf(n, tile))],
    ["FLOP in a full step", whole(2 * tile ** 3)],
    ["Bytes moved, counted", size(moved.minimal)],
    ["with write-allocate", size(moved.withWriteAllocate)],
    ["Intensity", `${significant(flops / moved.minimal)} FLOP/byte`],
  ];
  if (!point) return { facts, cache };
  facts.push(
    ["One product takes", duration(point.seconds[0])],
    ["Rate (quartiles)", `${spread(point.gflops)} GFLOP/s`],
    ["Of the rate of one call", percent(1 / point.ratio[0])],
  );
  if (!data.roofs) return { facts, point, cache };
  const memory = behind(data.roofs, 3 * n ** 2 * VALUE_BYTES);
  const roof = under(flops / moved.minimal, point.gflops[0], memory, data.roofs.compute[0]);
  facts.push(
    ["Limiting roof", `${roof.limit.name}, ${significant(roof.attainable)} GFLOP/s`],
    ["Still to be had", `${significant(Math.max(roof.headroom, 1))} times`],
  );
  return { facts, point, cache, roof };
}

function status(data, { n, tile }, { point, cache, roof }) {
  const fits = cache ? `three tiles fit ${cache[0]}` : "three tiles fit no cache";
  if (!point) return `Tile ${tile} at n = ${whole(n)}: not measured yet; ${fits}.`;
  const rate = `Tile ${tile} at n = ${whole(n)}: ${significant(point.gflops[0])} GFLOP/s, `
    + `${percent(1 / point.ratio[0])} of one call. ${plural(stepsOf(n, tile), "step")}; ${fits}.`;
  if (!roof) return rate;
  return `${rate} Up to ${significant(Math.max(roof.headroom, 1))} times as fast is possible under `
    + `the ${roof.limit.name} roof.`;
}

function rates(data, state, width) {
  const points = pointsAt(data, state.n);
  const tiles = tilesOf(data, state.n);
  const whole_ = data.whole.find((one) => one.n === state.n);
  const all = [...data.points, ...data.whole].map((point) => point.gflops);
  const low = all.length ? Math.min(...all.map((one) => one[1])) / 1.5 : 1;
  const high = all.length ? Math.max(...all.map((one) => one[2])) * 2.2 : 100;
  const here = pointAt(data, state);
  const others = data.sizes.filter((n) => n !== state.n).map((n) => pointsAt(data, n));
  return plot({
    width,
    alt: `GFLOP/s over the tile size at n = ${state.n}: `
      + points.map((point) => `tile ${point.tile} ${significant(point.gflops[0])}`).join(", "),
    x: {
      scale: "log", from: data.tiles[0] / 1.2, to: data.tiles.at(-1) * 1.2,
      ticks: data.tiles.map((tile) => [tile, String(tile)]), title: "tile size",
    },
    y: { scale: "log", from: low, to: high, ticks: decades(low, high, plain), title: "GFLOP/s" },
    marks: [
      ...others.map((one) => one.length > 1 && line(
        one.map((point) => [point.tile, point.gflops[0]]), { colour: "grey", faint: true, width: 1.2 },
      )),
      whole_ && rule({ y: whole_.gflops[0], words: "one call of np.matmul" }),
      points.length > 1 && line(points.map((point) => [point.tile, point.gflops[0]])),
      whiskers(points.map((point) => [point.tile, point.gflops[1], point.gflops[2]])),
      dots(points.map((point) => [point.tile, point.gflops[0]])),
      here && chosen(here.tile, here.gflops[0]),
      !here && tiles.includes(state.tile) && rule({ x: state.tile, words: "not measured yet" }),
    ],
  });
}

function sets(data, { n, tile }, width) {
  const bars = [
    ["one tile", tile ** 2 * VALUE_BYTES], ["three tiles", threeTiles(tile)],
    ["three matrices", 3 * n ** 2 * VALUE_BYTES],
  ];
  const caches = Object.entries(data.caches);
  const from = 64;
  const to = Math.max(3 * data.sizes.at(-1) ** 2 * VALUE_BYTES, ...caches.map(([, room]) => room)) * 6;
  const ticks = [2 ** 10, 2 ** 14, 2 ** 18, 2 ** 22, 2 ** 26].map((bytes) => [bytes, capacity(bytes)]);
  return plot({
    width,
    height: 180,
    alt: "Bytes beside the caches: "
      + bars.map(([name, bytes]) => `${name} ${capacity(bytes)}; `).join("")
      + caches.map(([name, room]) => `${name} holds ${capacity(room)}`).join(", "),
    x: { scale: "log", from, to, ticks, title: "bytes" },
    y: { scale: "linear", from: 0, to: 3, ticks: [], title: "" },
    margin: { left: 4, top: 6 },
    marks: [
      ...caches.map(([name, room]) => rule({ x: room, words: name, dashed: false })),
      ...bars.map(([name, bytes], index) => (frame) => {
        const top = frame.y(2.95 - index);
        const words = `${name}: ${capacity(bytes)}`;
        const inside = frame.x(bytes) - frame.left > textWidth(words) + 12;
        frame.obstacles.push([frame.left, top, frame.x(bytes) + (inside ? 0 : textWidth(words) + 12), top + 34]);
        return element("rect", {
          x: frame.left, y: top + 4, width: Math.max(frame.x(bytes) - frame.left, 1), height: 26,
          fill: COLOURS[["blue", "orange", "grey"][index]], "fill-opacity": 0.45,
        }) + element("text", {
          x: inside ? frame.left + 6 : frame.x(bytes) + 6, y: top + 22, fill: "currentColor",
        }, words);
      }),
    ],
  });
}

function blocks(data, state, width) {
  const { n, tile, step } = state;
  const { across, i, j, k } = blockOf(n, tile, step);
  const gap = 14;
  const side = Math.min(150, (width - 2 * gap) / 3);
  const cell = (side * tile) / n;
  const square = (x, row, column, colour, opacity) => element("rect", {
    x: x + column * cell, y: 22 + row * cell, fill: COLOURS[colour], "fill-opacity": opacity,
    width: Math.max(Math.min(cell, side - column * cell), 1.5),
    height: Math.max(Math.min(cell, side - row * cell), 1.5),
  });
  const matrix = (name, x, row, column, colour) => {
    const lines = [];
    for (let at = 1; at < across && across <= MOST_LINES; at += 1) {
      lines.push(element("path", {
        class: "tt-grid", d: `M${(x + at * cell).toFixed(1)} 22v${side}M${x} ${(22 + at * cell).toFixed(1)}h${side}`,
      }));
    }
    return element("text", { x, y: 14, fill: "currentColor" }, `${name}[${row}, ${column}]`)
      + element("rect", { class: "tt-axis", x, y: 22, width: side, height: side, fill: "none" })
      + lines.join("") + square(x, row, column, colour, 0.9);
  };
  const [a, b, c] = [0, side + gap, 2 * (side + gap)];
  const finished = element("rect", { x: c, y: 22, width: side, height: i * cell, fill: COLOURS.green, "fill-opacity": 0.3 })
    + element("rect", { x: c, y: 22 + i * cell, width: j * cell, height: Math.min(cell, side - i * cell), fill: COLOURS.green, "fill-opacity": 0.3 });
  const strips = element("rect", { x: a, y: 22 + i * cell, width: side, height: Math.min(cell, side - i * cell), fill: COLOURS.blue, "fill-opacity": 0.2 })
    + element("rect", { x: b + j * cell, y: 22, width: Math.min(cell, side - j * cell), height: side, fill: COLOURS.orange, "fill-opacity": 0.2 });
  return element(
    "svg",
    {
      class: "tt-plot", viewBox: `0 0 ${width} ${side + 26}`, width, height: side + 26, role: "img", "font-size": 12.5,
      "aria-label": `Step ${step} of ${stepsOf(n, tile)}: tile ${i}, ${k} of A times tile ${k}, ${j} of B `
        + `is added to tile ${i}, ${j} of C. ${i * across + j} of ${across ** 2} tiles of C are finished.`,
    },
    strips, finished,
    matrix("A", a, i, k, "blue"), matrix("B", b, k, j, "orange"), matrix("C", c, i, j, "green"),
  );
}

function roofPicture(data, state, found, width) {
  const { n, tile } = state;
  return roofline({
    width,
    roofs: data.roofs,
    limit: found.roof?.limit.name,
    points: pointsAt(data, n).map((point) => ({
      intensity: (2 * n ** 3) / traffic(n, point.tile).minimal,
      gflops: point.gflops[0],
      chosen: point.tile === tile,
      name: point.tile === tile ? `tile ${tile}` : undefined,
      attainable: point.tile === tile ? found.roof.attainable : undefined,
    })),
    alt: `Roofline with the product at n = ${n}: ${found.facts.slice(-5).map((fact) => fact.join(" ")).join(", ")}`,
  });
}

function view(data, state) {
  const { n, tile, step } = state;
  const found = numbers(data, state);
  const { i, j, k, across } = blockOf(n, tile, step);
  const shown = tilesOf(data, n);
  return {
    status: status(data, state, found),
    facts: found.facts,
    pictures: [
      { title: `Rate over the tile size at n = ${whole(n)}; the ring is your tile, other n are grey`, draw: (width) => rates(data, state, width) },
      { title: "What has to fit, and the caches of this machine", draw: (width) => sets(data, state, width) },
      {
        title: `Step ${whole(step)} of ${whole(stepsOf(n, tile))}: C[${i}, ${j}] += A[${i}, ${k}] B[${k}, ${j}]; `
          + `${whole(i * across + j)} of ${whole(across ** 2)} tiles of C are finished`,
        draw: (width) => blocks(data, state, width),
      },
      ...(data.roofs && found.point
        ? [{ title: "Under the roofs, one thread; bytes counted for this tile", draw: (width) => roofPicture(data, state, found, width) }]
        : []),
    ],
    table: {
      columns: ["tile", "three tiles take", "smallest cache", "steps", "GFLOP/s (quartiles)", "of one call"],
      chosen: shown.indexOf(tile),
      rows: shown.map((one) => {
        const point = pointAt(data, { n, tile: one });
        const cache = smallestHolding(data.caches, threeTiles(one));
        return [
          String(one),
          { text: capacity(threeTiles(one)), value: threeTiles(one) },
          cache ? cache[0] : "none",
          { text: whole(stepsOf(n, one)), value: stepsOf(n, one) },
          point ? { text: spread(point.gflops), value: point.gflops[0] } : "not measured",
          point ? { text: percent(1 / point.ratio[0]), value: 1 / point.ratio[0] } : "not measured",
        ];
      }),
    },
  };
}

const middle = (values) => values[Math.floor(values.length / 2)];
const asked = (data) => (data.sizes.includes(1024) ? 1024 : data.sizes.at(-1));

export const explorer = {
  name: "tiles",
  title: "Tile explorer",
  shape,
  start: (data) => ({ n: asked(data), tile: middle(tilesOf(data, asked(data))), step: 1 }),
  // A tile or a size that was moved changes the number of steps: the walk begins anew.
  settle: (data, state, moved) => (moved === "n" || moved === "tile" ? { ...state, step: 1 } : state),
  controls: (data, { n, tile }) => {
    const tiles = tilesOf(data, n);
    const steps = stepsOf(n, tiles.includes(tile) ? tile : middle(tiles));
    return [
      { key: "n", label: "Matrix size n", as: "slider", values: data.sizes, text: (value) => `${whole(value)} × ${whole(value)}` },
      { key: "tile", label: "Tile size", as: "slider", values: tiles, text: (value) => `${value} × ${value}` },
      { key: "step", label: "Step of the loop", as: "range", least: 1, most: steps, text: whole },
    ];
  },
  prediction: (data) => {
    const n = asked(data);
    const tiles = tilesOf(data, n);
    const cache = Object.entries(data.caches).find(([name]) => name === "L2");
    const rule_ = cache
      ? `Three tiles of ${largestTile(cache[1])} × ${largestTile(cache[1])} fit the L2 cache (${capacity(cache[1])}). `
      : "";
    const offered = tiles.filter((tile, index) => index % 2 === (tiles.length - 1) % 2);
    return {
      question: `${rule_}The loop over tiles runs in Python, one np.matmul for each step. Which tile is the `
        + `fastest for n = ${n}?`,
      choices: offered.map((tile) => [tile, tile === n ? `${tile}, the whole matrix` : String(tile)]),
      explain: (answer) => {
        const points = pointsAt(data, n);
        if (points.length < 2) {
          const said = answer === null ? "" : `You predicted tile ${answer}. `;
          return `${said}Move the tile slider: each position is measured here, and the points stay.`;
        }
        const fastest = best(points);
        const point = answer === null ? undefined : pointAt(data, { n, tile: answer });
        const yours = point && `You predicted tile ${answer}: ${significant(point.gflops[0])} GFLOP/s. `;
        return `${yours ?? ""}The fastest at n = ${n} is tile ${fastest.tile} with `
          + `${significant(fastest.gflops[0])} GFLOP/s. Each step costs a call from Python, whatever the cache `
          + "holds, and a small product is a slow one: the rate rises with the tile. The rule of three tiles "
          + "holds inside BLAS, which tiles again.";
      },
    };
  },
  view,
};

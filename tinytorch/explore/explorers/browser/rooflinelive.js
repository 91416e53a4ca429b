// In a notebook: the learner's own functions, under the roofs of this machine once these are measured.
import { percent } from "./format.js";
import { and, recorded, spotOf } from "./roofline.js";
import { roofsShape } from "./roofs.js";
import { optional } from "./validate.js";

const UNKNOWN = "not measured";
const WITHOUT_ROOFS = /^(Yours: )?(intensity|working set|rate|one call takes)$/i;
const OF_ROOFS = ["memory", "limiting roof", "attainable GFLOP/s", "still to be had"];
// Stands in until the roofs are measured, and is never shown.
const STAND_IN = [{ name: UNKNOWN, rate: [1], smallest: 1 }];

const isHere = (data) => data.home === "here";
const namesOf = (data) => data.machines[0].times.map(([name]) => name);

// The roofs of this machine are measured after it is shown, and travel beside it.
function complete(data) {
  if (!isHere(data)) return data;
  const { memory, compute } = data.roofs ?? { memory: STAND_IN, compute: STAND_IN };
  const short = ({ name, rate, smallest }) => [name, rate[0], smallest];
  const roofs = { memory: [[1, memory.map(short)]], compute: [["float32", 1, compute.map((roof) => short(roof).slice(0, 2))]] };
  return { ...data, machines: [{ ...data.machines[0], ...roofs }] };
}

function view(data, state) {
  const seen = recorded.view(complete(data), state);
  if (!isHere(data) || data.roofs) return seen;
  const { columns, rows } = seen.table;
  const facts = seen.facts.filter(([term]) => WITHOUT_ROOFS.test(term));
  return {
    ...seen,
    facts,
    status: `The roofs of this machine are not measured. ${state.kernel}: ${facts.map((fact) => fact.join(" ")).join(", ")}.`,
    pictures: [],
    table: {
      ...seen.table,
      rows: rows.map((row) => row.map((cell, index) => (OF_ROOFS.includes(columns[index]) ? UNKNOWN : cell))),
    },
  };
}

function prediction(data) {
  if (!isHere(data)) return recorded.prediction(data);
  const names = namesOf(data);
  return {
    question: "Which of your four functions reaches the largest share of the roof that limits it on this machine?",
    choices: names.map((name) => [name, name]),
    explain: (answer) => {
      const shares = data.roofs ? names.flatMap((kernel) => {
        const timed = spotOf(complete(data), { kernel }).offered.filter((one) => one.seconds);
        return timed.length ? [[Math.max(...timed.map((one) => 1 / one.headroom)), kernel]] : [];
      }) : [];
      const said = shares.sort(([a], [b]) => b - a).map(([share, name]) => `${name} ${percent(share)}`);
      return (answer === null ? "" : `You predicted ${answer}. `)
        + (said.length ? `Measured so far, each at its best: ${and(said)}. ` : "")
        + (said.length < names.length ? "Choose each kernel once: it is measured here, and its points stay. " : "")
        + "What BLAS computes comes near the roof of arithmetic. An exponential counts as one FLOP and costs many.";
    },
  };
}

export const explorer = {
  ...recorded,
  shape: (data, path) => optional(roofsShape)(data?.roofs, `${path}.roofs`)
    ?? recorded.shape(data && data.machines && isHere(data) ? complete(data) : data, path),
  start: (data) => ({ ...recorded.start(data), ...(isHere(data) ? { kernel: namesOf(data)[0], n: 512 } : {}) }),
  settle: (data, state) => recorded.settle(complete(data), state),
  controls: (data, state) => recorded.controls(complete(data), state),
  prediction,
  view,
};

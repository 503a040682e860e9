// Numbers of a YAML text that its schema bounds: where they stand, what they mean, how far they may go.

import { contextAt } from "./yaml_context.js";

const TOKEN = /(?<![\w.'"#*&-])(-?\d+(?:\.\d+)?)(?:\.\.(-?\d+(?:\.\d+)?))?(?![\w.'"%-])/g;
const WIDEST = 1e6; // bounds further apart are of weights and the like, which no slider spans
const STEPS = 400; // of a slider from end to end, at least
const BETWEEN = /^(\.\.|\s*,\s*)$/; // what stands between numbers of which none may be below the one before

/**
 * Give the numbers of a text, in order: `{ from, to, text, line, group, effect, name, about, low, high, step, least, most }`.
 *
 * `from` and `to` are places in the text; `group` is the effect or the part that the number belongs to, `name` its key,
 * with "from" or "to" where it is an end of a range. The schema's bounds are `low` and `high`; `least` and `most` are
 * within them, since ranges and quantiles rise.
 */
export function numbersOf(text, schema) {
  const numbers = found(text, schema).map((number) => ({ ...number, least: number.low, most: number.high }));
  for (const [index, number] of numbers.entries()) {
    const before = numbers[index - 1];
    if (!before?.rises || !number.rises || before.key !== number.key || !BETWEEN.test(text.slice(before.to, number.from))) continue;
    [before.most, number.least] = [Number(number.text), Number(before.text)];
  }
  return numbers;
}

function found(text, schema) {
  return [...text.matchAll(TOKEN)].flatMap((match) => {
    const end = match.index + match[0].length;
    const context = contextAt(text, end);
    if (!context || context.slot === "key") return [];
    const { steps } = context;
    const form = schema.forms(steps).find(({ type, maximum, minimum }) => /number|integer/.test(type) && maximum - minimum <= WIDEST);
    const key = steps.findLast(({ key: named }) => named !== null)?.key;
    if (!form || !key) return [];
    const [, first, last] = match;
    const told = {
      group: groupOf(steps), effect: steps.findLast(({ values }) => values?.kind)?.values.kind ?? "", key, about: schema.describe(steps)?.about ?? "", line: text.slice(0, end).split("\n").length,
      low: form.minimum, high: form.maximum, step: stepOf(form), rises: isSpread(schema, steps),
    };
    const start = { ...told, from: match.index, to: match.index + first.length, text: first, name: last ? `${key} from` : key };
    return last ? [start, { ...told, from: end - last.length, to: end, text: last, name: `${key} to` }] : [start];
  });
}

/** Say what a number belongs to: the kinds of effects from the top, or the keys where there are none. */
function groupOf(steps) {
  const keys = steps.slice(0, -1).filter(({ key }) => key !== null && key !== "of");
  const kinds = steps.map(({ values }) => values?.kind).filter(Boolean);
  return [...keys.slice(0, 1).map(({ key }) => key), ...kinds].join(" › ") || "all";
}

/** Tell whether a value may be written as a range, or is one of a list that stands for one. */
function isSpread(schema, steps) {
  const end = steps.at(-1).key === null ? -1 : steps.length;
  return schema.forms(steps.slice(0, end)).some(({ pattern }) => pattern?.includes("\\.\\."));
}

function stepOf({ type, minimum, maximum }) {
  if (type === "integer") return 1;
  return 10 ** Math.floor(Math.log10((maximum - minimum) / STEPS));
}

/**
 * The state of a figure: named parameters, read from addresses and written to them.
 *
 * A parameter knows its label, its opening value, how its value is shown, and how to read a text.
 * What cannot be read is ignored, what is out of range is brought to the nearest end of it.
 */

// No value that a figure writes is longer.
const LONGEST = 32;

const within = (value, min, max) => Math.min(Math.max(value, min), max);

// A zero has no sign.
const signed = (text) => text.replace(/^-(?=.*[1-9])/, "−").replace("-", "");

/** A number as it is, or with so many digits after the point. */
export const plain = (value) => signed(String(value));
export const fixed = (value, digits) => signed(value.toFixed(digits));

function numeric(label, initial, min, max, last, at, nearest, show) {
  return {
    label,
    initial,
    last,
    at,
    nearest,
    show,
    read(text) {
      const value = text.trim() === "" || text.length > LONGEST ? NaN : Number(text);
      return Number.isFinite(value) ? within(value, min, max) : undefined;
    },
  };
}

/** A number; its slider goes in even steps. */
export function number(label, initial, min, max, step, show = plain) {
  const last = Math.round((max - min) / step);
  const at = (position) => Number((min + position * step).toFixed(6));
  const nearest = (value) => Math.round((value - min) / step);
  return numeric(label, initial, min, max, last, at, nearest, show);
}

/** A whole number; its slider goes in steps of one. */
export function whole(label, initial, min, max, show = plain) {
  const parameter = number(label, initial, min, max, 1, show);
  const read = (text) => {
    const value = parameter.read(text);
    return value === undefined ? value : Math.round(value);
  };
  return { ...parameter, read };
}

/** A positive number; its slider goes in even ratios and stops at two digits. */
export function logarithmic(label, initial, min, max, show = plain) {
  const last = Math.round(Math.log10(max / min) * 40);
  const at = (position) => Number((min * (max / min) ** (position / last)).toPrecision(2));
  const nearest = (value) => Math.round((Math.log(value / min) / Math.log(max / min)) * last);
  return numeric(label, initial, min, max, last, at, nearest, show);
}

/** A whole number; its slider stops at chosen ones. */
export function listed(label, initial, list, show = plain) {
  const parameter = whole(label, initial, list[0], list.at(-1), show);
  const nearest = (value) => {
    const above = list.findIndex((stop) => stop >= value);
    return above > 0 && value - list[above - 1] < list[above] - value ? above - 1 : above;
  };
  return { ...parameter, last: list.length - 1, at: (position) => list[position], nearest };
}

/** One of several names, each with the text that a reader sees. */
export function choice(label, names, initial) {
  const read = (text) => (Object.hasOwn(names, text) ? text : undefined);
  return { label, initial, names, show: (name) => names[name], read };
}

/** The state that a query such as "order=reversed&eta=0.02" describes, on the ground of another. */
export function readState(parameters, query, ground) {
  const written = new URLSearchParams(query);
  const state = { ...ground };
  for (const [name, parameter] of Object.entries(parameters)) {
    const value = written.has(name) ? parameter.read(written.get(name)) : undefined;
    if (value !== undefined) state[name] = value;
  }
  return state;
}

/** The query that describes how a state differs from its ground. */
export function writeState(state, ground) {
  const changed = Object.keys(ground).filter((name) => state[name] !== ground[name]);
  return String(new URLSearchParams(changed.map((name) => [name, state[name]])));
}

/** The opening values of all parameters. */
export const initialState = (parameters) =>
  Object.fromEntries(Object.entries(parameters).map(([name, { initial }]) => [name, initial]));

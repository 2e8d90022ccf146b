/** The data sets of the figures, and the valleys of their risks. This module knows no page. */

import { linspace, risk, stationaryPoints } from "./math.js";

/** Inputs, and the names of the valleys of their risk from left to right. */
const DATA = {
  trap: [linspace(-2, 5, 100), ["deepest valley", "trap", "medium valley"]],
  article: [linspace(-5, 5, 100), ["left valley", "right valley"]],
  ten: [linspace(-5, 5, 10), ["far left", "left valley", "right valley", "far right"]],
};
// The class of a valley's colour, by its name.
const KINDS = {
  "deepest valley": "deepest", trap: "trap", "medium valley": "medium",
  "left valley": "deepest", "right valley": "medium", "far left": "trap", "far right": "walker",
};
// How far out the landscape is searched.
export const FAR = 3;

/**
 * The landscape of a data set: its `inputs`, `floors` and `tops`, and the valleys from left to right,
 * each with `name`, `kind`, `floor` and `depth`. The outermost have no floor if descent leaves there.
 */
export function survey(name) {
  const [inputs, names] = DATA[name];
  const points = stationaryPoints(inputs, -FAR, FAR);
  const tops = points.filter(({ minimum }) => !minimum).map(({ w }) => w);
  const floors = points.filter(({ minimum }) => minimum).map(({ w }) => w);
  const landscape = { inputs, tops, floors, height: (w) => risk(w, inputs) };
  let named = 0;
  landscape.valleys = Array.from({ length: tops.length + 1 }, (_, i) => {
    const floor = floors.find((w) => valleyAt(landscape, w) === i);
    if (floor === undefined) return { name: "no valley", kind: "muted", depth: Infinity };
    const called = names[named++];
    return { name: called, kind: KINDS[called], floor, depth: risk(floor, inputs) };
  });
  return landscape;
}

/** The number of the valley in which a weight lies: valley i is between the tops i − 1 and i. */
export function valleyAt({ tops }, w) {
  let valley = 0;
  while (valley < tops.length && w > tops[valley]) valley += 1;
  return valley;
}

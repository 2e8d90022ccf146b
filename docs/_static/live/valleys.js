/** The valleys of the problems that have names. This module knows no page. */

import { article, linspace, risk, riskGradient, ten, trap } from "./math.js";

/** Problems, and the valleys of each from left to right: the name, and the class of its colour,
    which tells how deep it lies among them. */
const VALLEYS = {
  trap: [trap, ["deepest valley", "deepest"], ["trap", "trap"], ["medium valley", "medium"]],
  article: [article, ["left valley", "deepest"], ["right valley", "deepest"]],
  ten: [ten, ["far left", "trap"], ["left", "deepest"], ["right", "deepest"], ["far right", "trap"]],
};
// How far out the landscape is searched.
export const FAR = 3;

/**
 * The landscape of a problem: its `inputs`, `floors` and `tops`, and the valleys from left to right,
 * each with `name`, `kind`, `floor` and `depth`. All have a floor that is not far out.
 */
export function survey(name) {
  const [{ inputs }, ...named] = VALLEYS[name];
  const points = stationaryPoints(inputs, -FAR, FAR);
  const tops = points.filter(({ minimum }) => !minimum).map(({ w }) => w);
  const floors = points.filter(({ minimum }) => minimum).map(({ w }) => w);
  const landscape = { inputs, tops, floors, height: (w) => risk(w, inputs) };
  landscape.valleys = Array.from({ length: tops.length + 1 }, (_, i) => {
    const [called, kind] = named[i];
    return { name: called, kind, floor: floors[i], depth: risk(floors[i], inputs) };
  });
  return landscape;
}

/** The number of the valley in which a weight lies: valley i is between the tops i − 1 and i. */
export function valleyAt({ tops }, w) {
  let valley = 0;
  while (valley < tops.length && w > tops[valley]) valley += 1;
  return valley;
}

/** The points between low and high where the risk is level, from left to right. */
export function stationaryPoints(xs, low, high) {
  const widest = Math.max(...xs.map(Math.abs));
  // Cells finer than any feature of the loss, if not by as much as in the package: here one waits.
  const grid = linspace(low, high, Math.max(16, Math.ceil(((high - low) * widest) / 0.06)) + 1);
  const points = [];
  let before = 0;
  for (let i = 0; i < grid.length; i += 1) {
    const slope = Math.sign(riskGradient(grid[i], xs));
    if (slope === 0) continue;
    if (before * slope < 0) points.push({ w: levelPoint(xs, grid, i, before), minimum: slope > 0 });
    before = slope;
  }
  return points;
}

/** Bisection, from the last grid point of the sign `before` to the grid point i. */
function levelPoint(xs, grid, i, before) {
  let [left, right] = [grid[i - 1], grid[i]];
  if (Math.sign(riskGradient(left, xs)) === 0) return left;
  for (let halving = 0; halving < 60; halving += 1) {
    const middle = 0.5 * (left + right);
    if (Math.sign(riskGradient(middle, xs)) === before) left = middle;
    else right = middle;
  }
  return 0.5 * (left + right);
}

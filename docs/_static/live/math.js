/**
 * The model y = wx, its loss and its walks. This module knows no page.
 *
 * It repeats the lines of the Python package that the figures need, operation by operation: products
 * only, in the same order, so that both languages round alike. A test holds the two together.
 */

// Beyond this |y|, exp(-y²) is 0 in double precision, and with it the loss and its slope.
const SATURATION = 30;

const saturated = (y) => Math.min(Math.max(y, -SATURATION), SATURATION);

/** ℓ(y) = (y³ − y²) exp(−y²) */
export function loss(y) {
  y = saturated(y);
  const y2 = y * y;
  return (y2 * y - y2) * Math.exp(-y2);
}

/** ℓ′(y) = y exp(−y²) (−2 + 3y + 2y² − 2y³) */
export function lossDerivative(y) {
  y = saturated(y);
  return y * Math.exp(-(y * y)) * (-2 + y * (3 + y * (2 - 2 * y)));
}

/** ∂ℓ/∂w = x ℓ′(wx): one example's gradient. */
export const gradient = (w, x) => x * lossDerivative(w * x);

function mean(term, xs) {
  let sum = 0;
  for (let i = 0; i < xs.length; i += 1) sum += term(xs[i]);
  return sum / xs.length;
}

/** R(w): the mean loss over the inputs. */
export const risk = (w, xs) => mean((x) => loss(w * x), xs);

/** R′(w): the mean of the examples' gradients. */
export const riskGradient = (w, xs) => mean((x) => gradient(w, x), xs);

/** One step of gradient descent on the risk. */
export const descended = (w, xs, learningRate) => w - learningRate * riskGradient(w, xs);

/** `count` evenly spaced numbers, both ends included, rounded as NumPy rounds them. */
export function linspace(start, stop, count) {
  const step = (stop - start) / Math.max(count - 1, 1);
  const values = Float64Array.from({ length: count }, (_, i) => i * step + start);
  if (count > 1) values[count - 1] = stop;
  return values;
}

// The problems that have names, as in `sgd_explained.problems`.
export const article = { inputs: linspace(-5, 5, 100), start: -0.3 };
export const ten = { inputs: linspace(-5, 5, 10) };
export const trap = { inputs: linspace(-2, 5, 100), start: 0.194, interval: [-1, 1.5] };

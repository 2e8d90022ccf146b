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

/** `count` evenly spaced numbers, both ends included, rounded as NumPy rounds them. */
export function linspace(start, stop, count) {
  const step = (stop - start) / Math.max(count - 1, 1);
  const values = Float64Array.from({ length: count }, (_, i) => i * step + start);
  if (count > 1) values[count - 1] = stop;
  return values;
}

/** Mulberry32: a generator of 32-bit integers, small enough to be written in both languages. */
export function mulberry32(seed) {
  let a = seed | 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
}

/** A uniform integer below n, from a generator of 32-bit integers. */
export const below = (n, random) => Math.floor((random() * n) / 4294967296);

/** Which inputs a walk sees, epoch by epoch. Reshuffling goes on from the epoch before. */
export function epochOrders(rule, n, epochs, seed) {
  const random = mulberry32(seed);
  const order = Uint16Array.from({ length: n }, (_, i) => (rule === "reversed" ? n - 1 - i : i));
  return Array.from({ length: epochs }, () => {
    if (rule === "replacement") return order.map(() => below(n, random));
    if (rule === "reshuffled") {
      for (let i = 0; i < n - 1; i += 1) {
        const j = i + below(n - i, random);
        [order[i], order[j]] = [order[j], order[i]];
      }
    }
    return order.slice();
  });
}

/** The mean gradient over some of the inputs. */
export function batchGradient(w, xs, batch) {
  let sum = 0;
  for (let i = 0; i < batch.length; i += 1) sum += gradient(w, xs[batch[i]]);
  return sum / batch.length;
}

/** Stochastic gradient descent: the weights, the first is the start, and the batch of each step. */
export function walk(start, xs, learningRate, batchSize, orders) {
  const weights = [start];
  const batches = [];
  let w = start;
  for (const order of orders) {
    for (let i = 0; i < order.length; i += batchSize) {
      const batch = order.subarray(i, i + batchSize);
      w -= learningRate * batchGradient(w, xs, batch);
      weights.push(w);
      batches.push(batch);
    }
  }
  return { weights, batches };
}

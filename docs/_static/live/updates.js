/**
 * Update rules and walks in two weights. This module knows no page.
 *
 * As in math.js, it repeats the lines of the Python package, operation by operation. A rule here
 * serves one weight: it is made anew for each, and keeps its memory itself.
 */

/** s = η g */
export const plain = () => (g, rate) => rate * g;

/** b ← β b + g, s = η b: the heavy ball. */
export function momentum(beta) {
  let ball;
  return (g, rate) => {
    ball = ball === undefined ? g : beta * ball + g;
    return rate * ball;
  };
}

/** v ← v + g², s = η g / √v */
export function adagrad(eps = 1e-10) {
  let squares = 0;
  return (g, rate) => {
    squares += g * g;
    return (rate * g) / (Math.sqrt(squares) + eps);
  };
}

/** v ← β v + (1 − β) g², s = η g / √v */
export function rmsprop(beta = 0.99, eps = 1e-8) {
  let squares = 0;
  return (g, rate) => {
    squares = beta * squares + (1 - beta) * (g * g);
    return rate * (g / (Math.sqrt(squares) + eps));
  };
}

/** Running means of g and g², both corrected for their start at 0; s = η m / √v */
export function adam(beta1 = 0.9, beta2 = 0.999, eps = 1e-8) {
  let [mean, squares] = [0, 0];
  // What is missing of the means: powers that are kept, as they are slow to compute anew.
  let [missing1, missing2] = [1, 1];
  return (g, rate) => {
    missing1 *= beta1;
    missing2 *= beta2;
    mean += (1 - beta1) * (g - mean);
    squares = beta2 * squares + (1 - beta2) * (g * g);
    const size = Math.sqrt(squares) / Math.sqrt(1 - missing2) + eps;
    return (rate / (1 - missing1)) * (mean / size);
  };
}

const HOPELESS = 1e100;

/** The curvatures [a, b, c] of ½ (a u² + 2 b u v + c v²): 1 along a ravine, κ across, turned by an angle. */
export function ravine(kappa, radians = 0) {
  const [c, s] = [Math.cos(radians), Math.sin(radians)];
  return [c * c + kappa * (s * s), (1 - kappa) * (c * s), s * s + kappa * (c * c)];
}

/** The risk above its minimum. */
export const riskOf = ([a, b, c], [u, v]) => 0.5 * (u * (a * u + b * v) + v * (b * u + c * v));

/** The weights of a walk down a ravine, from its start, by a rule: `make()` gives that of one weight. */
export function walkDown([a, b, c], [u, v], make, rate, steps) {
  const [first, second] = [make(), make()];
  const weights = [[u, v]];
  for (let k = 0; k < steps; k += 1) {
    [u, v] = [u - first(a * u + b * v, rate), v - second(b * u + c * v, rate)];
    weights.push([u, v]);
  }
  return weights;
}

/**
 * The number of the step after which the risk stays below a thousandth of the first, on a walk of
 * twice `most` steps; `most` and one if it comes later.
 */
export function arrival(bend, [u, v], make, rate, most) {
  const [a, b, c] = bend;
  const [first, second] = [make(), make()];
  const goal = riskOf(bend, [u, v]) / 1000;
  let last = 0;
  for (let k = 1; k <= 2 * most; k += 1) {
    const [along, across] = [a * u + b * v, b * u + c * v];
    u -= first(along, rate);
    v -= second(across, rate);
    const risk = 0.5 * (u * (a * u + b * v) + v * (b * u + c * v));
    if (!(risk < goal)) last = k;
    // What has grown so far does not come back. (What has shrunk may: RMSProp forgets what was steep.)
    if (!(risk < HOPELESS)) return most + 1;
  }
  return Math.min(last, most) + 1;
}

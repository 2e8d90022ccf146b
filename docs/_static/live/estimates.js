/**
 * Means and spreads of independent values, with 95 % intervals, as in `sgd_explained.measure`. This
 * module knows no page.
 */

// A standard normal number lies within ± this far from 0 in 95 of 100 cases.
const Z = 1.959963984540054;

/** The fewest values of which an interval is told: for fewer, the series below is too rough. */
export const FEWEST = 5;

/** The quantile 0.975 of Student's distribution, by its series in one over the degrees of freedom. */
export function student(freedom) {
  const q = Z * Z;
  const terms = [
    (q + 1) / 4,
    (q * (q * 5 + 16) + 3) / 96,
    (q * (q * (q * 3 + 19) + 17) - 15) / 384,
    (q * (q * (q * (q * 79 + 776) + 1482) - 1920) - 945) / 92160,
  ];
  return Z * (1 + terms.reduceRight((sum, term) => (sum + term) / freedom, 0));
}

/** The mean of the first value, of the first two, and so on; and how far its interval reaches. */
export function runningMeans(values) {
  let [mean, squares] = [0, 0];
  return Array.from(values, (value, i) => {
    const off = value - mean;
    mean += off / (i + 1);
    squares += off * (value - mean);
    const half = i + 1 < FEWEST ? NaN : student(i) * Math.sqrt(squares / i / (i + 1));
    return { mean, half };
  });
}

/** The standard deviation, and the ends of Bonett's interval. The values must not all be equal. */
export function spread(values) {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  let [squares, fourths] = [0, 0];
  for (const value of values) {
    const square = (value - mean) ** 2;
    squares += square;
    fourths += square * square;
  }
  const kurtosis = (n * fourths) / (squares * squares);
  const c = n / (n - Z);
  const reach = Math.exp(((Z * c) / 2) * Math.sqrt((kurtosis - 1 + 3 / n) / (n - 1)));
  const value = Math.sqrt(squares / (n - 1));
  return { value, low: (value * Math.sqrt(c)) / reach, high: value * Math.sqrt(c) * reach };
}

/**
 * Losses of one output, by name, as in the package: the title for readers, `value`, `slope`, and the
 * heights at which it is looked at. A new loss is one entry. This module knows no page.
 */

import { loss, lossDerivative } from "./math.js";

const withinOne = (y) => Math.min(Math.max(y, -1), 1);

export const LOSSES = {
  article: { title: "the article's", value: loss, slope: lossDerivative, heights: [-0.85, 0.25] },
  parabola: { title: "parabola", value: (y) => y * (0.5 * y), slope: (y) => y, heights: [-1.5, 8] },
  double_well: {
    title: "double well",
    value: (y) => 0.25 * (y * y - 1) ** 2,
    slope: (y) => y * (y * y - 1),
    heights: [-0.6, 3],
  },
  huber: {
    title: "Huber",
    value: (y) => withinOne(y) * (y - 0.5 * withinOne(y)),
    slope: withinOne,
    heights: [-0.8, 4],
  },
  logistic: {
    title: "logistic",
    value: (y) => Math.max(0, -y) + Math.log1p(Math.exp(-Math.abs(y))),
    slope: (y) => -1 / (1 + Math.exp(y)),
    heights: [-0.8, 4.2],
  },
};

/** Batches that are drawn, each from all inputs. This module knows no page. */

import { below, mulberry32 } from "./walks.js";

/** The inputs of many batches, each drawn from all n without replacement, one batch after another. */
export function drawBatches(n, size, batches, seed) {
  const random = mulberry32(seed);
  const order = Uint16Array.from({ length: n }, (_, i) => i);
  const drawn = new Uint16Array(batches * size);
  for (let batch = 0; batch < batches; batch += 1) {
    for (let i = 0; i < size; i += 1) {
      const j = i + below(n - i, random);
      [order[i], order[j]] = [order[j], order[i]];
      drawn[batch * size + i] = order[i];
    }
  }
  return drawn;
}

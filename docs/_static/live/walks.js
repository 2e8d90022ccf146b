/**
 * Orders and walks: one walker, or a crowd. This module knows no page.
 *
 * As in math.js, both languages round alike.
 */

import { gradient } from "./math.js";

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

/** Many independent walkers, all from one start, each with an order of its own. */
export class Crowd {
  constructor(walkers, start, xs, learningRate, batchSize, rule, seed) {
    const n = xs.length;
    Object.assign(this, { xs, learningRate, batchSize, rule });
    this.weights = new Float64Array(walkers).fill(start);
    this.orders = new Uint16Array(walkers * n);
    for (let i = 0; i < this.orders.length; i += 1) this.orders[i] = i % n;
    this.random = mulberry32(seed);
    this.epochs = 0;
    this.drawn = 0;
    this.moved = 0;
  }

  /** How many passes over the data have been made. */
  get passes() {
    return this.epochs + this.drawn / this.xs.length;
  }

  /**
   * One step of every walker, or a part of it: of the next walkers, until so many gradients are
   * taken. Each draws the inputs of its batch as epochOrders does. Gives how many were taken.
   */
  step(most = Infinity) {
    const { xs, weights, orders, random, learningRate, moved } = this;
    const n = xs.length;
    const end = Math.min(this.drawn + this.batchSize, n);
    const size = end - this.drawn;
    const last = Math.min(weights.length, moved + Math.ceil(most / size));
    const reshuffled = this.rule === "reshuffled";
    for (let walker = moved; walker < last; walker += 1) {
      const offset = walker * n;
      const w = weights[walker];
      let sum = 0;
      for (let i = this.drawn; i < end; i += 1) {
        let drawn;
        if (reshuffled) {
          const here = offset + i;
          const there = i < n - 1 ? here + below(n - i, random) : here;
          drawn = orders[there];
          orders[there] = orders[here];
          orders[here] = drawn;
        } else {
          drawn = below(n, random);
        }
        sum += gradient(w, xs[drawn]);
      }
      weights[walker] = w - learningRate * (sum / size);
    }
    this.moved = last % weights.length;
    if (!this.moved) {
      this.drawn = end % n;
      if (!this.drawn) this.epochs += 1;
    }
    return (last - moved) * size;
  }
}

/** The landscape of a risk, with walkers that float above it so that each can be seen. */

import { Plot, dotsAt, draw, put } from "./plot.js";

// Pixels: how far above the ground the lowest walker floats, and the highest above that.
const [CLEAR, LANES] = [4, 34];

export class Hills extends Plot {
  /** `places` have a `name` and a `floor`, the weight at which the name stands. */
  constructor(parent, heights, { height, places, kinds = ["walker"] }, margin) {
    super(parent, heights, margin);
    this.over = height;
    this.places = places;
    this.hills = draw(this.inside, "path", { class: "live-ground" });
    this.ridge = draw(this.inside, "path", { class: "live-line live-risk" });
    this.crowds = kinds.map((kind) => draw(this.inside, "path", { class: `live-dots live-${kind}` }));
    this.names = places.map(({ name }) => this.label("live-centred live-muted", name));
  }

  /** Take the size of the box, and draw the landscape of these weights and risks. */
  survey(weights, risks) {
    this.bare(weights, risks);
    const ground = this.over;
    put(this.hills, { d: this.ground(ground) });
    put(this.ridge, { d: this.curve(ground) });
    this.places.forEach(({ floor, top }, i) => {
      // A valley has its name in the ground below, a hilltop in the air.
      const y = this.y(ground(floor)) + (top ? -8 : 20) * this.scale;
      put(this.names[i], { x: this.x(floor), y });
    });
    // The ground under every pixel, so that a frame needs no exponentials for it.
    const [low, high] = weights;
    this.table = Float64Array.from({ length: Math.ceil(this.width) + 1 }, (_, x) =>
      this.y(ground(low + (x / this.width) * (high - low))));
  }

  /** Draw the walkers of a kind. Each has a height of its own, so that few hide another. */
  walkers(kind, weights) {
    const points = new Float64Array(2 * weights.length);
    weights.forEach((w, i) => {
      const x = this.x(w);
      points[2 * i] = x;
      // Lanes by the golden ratio: neighbours in the list stand far apart.
      points[2 * i + 1] = this.table[Math.round(Math.min(Math.max(x, 0), this.width))]
        - CLEAR - LANES * ((i * 0.618034) % 1);
    });
    put(this.crowds[kind], { d: dotsAt(points) });
  }
}

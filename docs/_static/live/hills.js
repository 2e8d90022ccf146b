/** The landscape of a risk, with walkers that float above it so that each can be seen. */

import { Plot, dotsAt, draw, put } from "./plot.js";

// Pixels: how far above the ground the lowest walker floats, and the highest above that.
const [CLEAR, LANES] = [4, 34];
// How many straight pieces the ridge has.
const CELLS = 160;

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
    // A frame needs no exponentials: between these heights the ridge is drawn straight.
    const [low, high] = weights;
    const heights = Array.from({ length: CELLS + 1 }, (_, i) => ground(low + (i / CELLS) * (high - low)));
    const drawn = (w) => {
      const place = ((w - low) / (high - low)) * CELLS;
      const i = Math.min(Math.floor(place), CELLS - 1);
      return heights[i] + (place - i) * (heights[i + 1] - heights[i]);
    };
    const ridge = this.curve(drawn, CELLS + 1);
    put(this.ridge, { d: ridge });
    put(this.hills, { d: this.ground(ridge) });
    this.places.forEach(({ floor, top }, i) => {
      // A valley has its name in the ground below, a hilltop in the air.
      const y = this.y(ground(floor)) + (top ? -8 : 20) * this.scale;
      put(this.names[i], { x: this.x(floor), y });
    });
    // The ground under every pixel.
    this.table = Float64Array.from({ length: Math.ceil(this.width) + 1 }, (_, x) =>
      this.y(drawn(Math.min(low + (x / this.width) * (high - low), high))));
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

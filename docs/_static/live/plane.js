/** A map of two weights: one scale for both, level curves, and a ball that a hand takes anywhere. */

import { placed } from "./places.js";
import { Plot, draw, put } from "./plot.js";

// A path that is farther out than this many pixels is not drawn on: it does not come back to be seen.
const FAR = 4000;
// Two points that are nearer than this many pixels are one.
const NEAR = 0.1;

/** The value of a parameter that its slider has nearest to this one. */
export const nearestOf = (parameter, value) =>
  parameter.at(Math.min(Math.max(parameter.nearest(value), 0), parameter.last));

export class Plane extends Plot {
  /** `moved([u, v])` is called when a reader takes the ball somewhere, or taps the map. */
  constructor(parent, heights, moved) {
    super(parent, heights, { left: 32, right: 6, top: 22, bottom: 38 });
    this.levels = draw(this.inside, "path", { class: "live-levels" });
    this.goal = draw(this.inside, "path", { d: "M-6 0H6M0-6V6", class: "live-needle" });
    this.placed = draw(this.above, "g", { class: "live-handle live-free live-predicted" });
    draw(this.placed, "circle", { r: 24, class: "live-grip" });
    draw(this.placed, "circle", { r: 9, class: "live-knob" });
    draw(this.placed, "path", { d: "M-14-4-18 0l4 4M14-4l4 4-4 4M-4-14 0-18l4 4M-4 14 0 18l4-4" });
    placed(this.placed, this, moved);
  }

  /** Take the size of the box, and show weights up to these on either side, in one scale. */
  survey([wide, high]) {
    this.frame([-1, 1], [-1, 1], {});
    const [across, up] = [this.x1 - this.x0, this.y0 - this.y1].map((pixels) => pixels / 2);
    this.unit = Math.min(across / wide, up / high);
    const [u, v] = [across / this.unit, up / this.unit];
    this.frame([-u, u], [-v, v], { xLabel: "w₀", yLabel: "w₁", yCount: 4 });
    put(this.goal, { transform: `translate(${this.x(0)} ${this.y(0)})` });
  }

  /** Draw the level curves of a ravine: ellipses at these risks, of curvatures 1 and κ, turned. */
  ravine(risks, kappa, radians = 0) {
    const [x, y] = [this.x(0), this.y(0)];
    const degrees = (-radians * 180) / Math.PI;
    put(this.levels, {
      d: risks.map((risk) => {
        const [long, short] = [1, kappa].map((bend) => Math.sqrt((2 * risk) / bend) * this.unit);
        const [p, q] = [long * Math.cos(radians), -long * Math.sin(radians)];
        const half = (side) => `A${long} ${short} ${degrees} 0 0 ${x + side * p} ${y + side * q}`;
        return `M${x - p} ${y - q}${half(1)}${half(-1)}`;
      }).join(""),
    });
  }

  /** Put the ball to its place. */
  put([u, v]) {
    put(this.placed, { transform: `translate(${this.x(u)} ${this.y(v)})` });
  }

  /** Weights as alternating coordinates in pixels, up to the first that are far out; none twice. */
  points(weights) {
    const points = [];
    let [lastX, lastY] = [NaN, NaN];
    for (const [u, v] of weights) {
      const [x, y] = [this.x(u), this.y(v)];
      if (!(Math.abs(x) < FAR && Math.abs(y) < FAR)) break;
      if (Math.abs(x - lastX) + Math.abs(y - lastY) < NEAR) continue;
      points.push(x, y);
      [lastX, lastY] = [x, y];
    }
    return points;
  }
}

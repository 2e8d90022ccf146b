/** The loss as a surface over input and weight, drawn by WebGL2 in one call, with axes in SVG above. */

import { linspace } from "./math.js";
import { draw, pathThrough, put } from "./plot.js";

// The box that the surface stands in: x, w and loss, each from −1 to 1 times these halves.
const HALF = [1, 1, 0.75];
const CELLS = 140;

const VERTEX = `#version 300 es
in vec2 place;
uniform vec3 across, up, towards;
uniform vec2 scale, widest, losses;
uniform float halfHeight;
out vec2 at;
out float loss;
void main() {
  at = place * widest;
  float y = at.x * at.y;
  loss = (y * y * y - y * y) * exp(-y * y);
  vec3 p = vec3(place, ((loss - losses.x) / (losses.y - losses.x) * 2.0 - 1.0) * halfHeight);
  float depth = dot(towards, p);
  gl_Position = vec4(dot(across, p) * scale.x, dot(up, p) * scale.y, -depth * 0.3, 1.0 - depth * 0.12);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
in vec2 at;
in float loss;
uniform vec3 slice;
uniform float x;
out vec4 colour;
float onLine(float value, float every) {
  float steps = value / every;
  float distance = abs(fract(steps + 0.5) - 0.5) / fwidth(steps);
  return smoothstep(1.0, 0.3, distance);
}
void main() {
  float y = at.x * at.y;
  float slope = y * exp(-y * y) * (-2.0 + y * (3.0 + y * (2.0 - 2.0 * y)));
  float t = (loss + 0.9) / 1.25;
  vec3 hot = clamp(vec3(t / 0.365, (t - 0.365) / 0.381, (t - 0.746) / 0.254), 0.0, 1.0);
  vec3 normal = normalize(vec3(-slope * at.y * 2.0, -slope * at.x * 0.4, 1.0));
  hot *= 0.78 + 0.22 * dot(normal, normalize(vec3(0.5, -0.4, 0.8)));
  hot *= 1.0 - 0.22 * max(onLine(at.x, 1.0), onLine(at.y, 0.1));
  float away = abs(at.x - x) / fwidth(at.x);
  hot = mix(vec3(1.0), hot, smoothstep(4.0, 5.0, away));
  hot = mix(slice, hot, smoothstep(2.2, 3.2, away));
  colour = vec4(hot, 1.0);
}`;

function compiled(gl) {
  const program = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  return program;
}

/** A square of cells from −1 to 1, as corners and triangles. */
function mesh() {
  const side = CELLS + 1;
  const corners = new Float32Array(2 * side * side);
  const triangles = [];
  for (let i = 0; i < side * side; i += 1) {
    const [row, column] = [Math.floor(i / side), i % side];
    corners.set([(2 * column) / CELLS - 1, (2 * row) / CELLS - 1], 2 * i);
    if (row < CELLS && column < CELLS) triangles.push(i, i + 1, i + side, i + 1, i + side + 1, i + side);
  }
  return [corners, new Uint16Array(triangles)];
}

/** The surface over |x| ≤ widest[0] and |w| ≤ widest[1]. Without WebGL2, `works` is false. */
export class Relief {
  constructor(parent, widest, losses) {
    Object.assign(this, { widest, losses });
    this.canvas = document.createElement("canvas");
    this.gl = this.canvas.getContext("webgl2");
    this.works = this.gl !== null && this.#start();
    if (!this.works) return;
    this.box = document.createElement("div");
    this.box.className = "live-relief";
    parent.append(this.box);
    // The axes stand behind the surface, the marker before it.
    this.axes = draw(this.box, "svg", { "aria-hidden": "true" });
    this.box.append(this.canvas);
    this.front = draw(this.box, "svg", { "aria-hidden": "true" });
    this.ghost = draw(this.front, "path", { class: "live-ghost" });
    this.marker = draw(this.front, "circle", { r: 7, class: "live-dot live-walker" });
    this.canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
    this.canvas.addEventListener("webglcontextrestored", () => {
      this.#start();
      this.render(this.scene);
    });
  }

  #start() {
    const { gl } = this;
    const program = compiled(gl);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) return false;
    gl.useProgram(program);
    const [corners, triangles] = mesh();
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, corners, gl.STATIC_DRAW);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, triangles, gl.STATIC_DRAW);
    const place = gl.getAttribLocation(program, "place");
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, 2, gl.FLOAT, false, 0, 0);
    gl.enable(gl.DEPTH_TEST);
    this.count = triangles.length;
    this.uniform = (name, ...values) =>
      gl[`uniform${values.length}f`](gl.getUniformLocation(program, name), ...values);
    return true;
  }

  /** Draw the surface as seen from `turn` and `tilt` (degrees), with the slice at x lit, and w on it. */
  render(scene) {
    this.scene = scene;
    const { gl, canvas, uniform, widest, losses } = this;
    const { turn, tilt, x, colour } = scene;
    const [a, e] = [(turn * Math.PI) / 180, (tilt * Math.PI) / 180];
    this.across = [-Math.sin(a), Math.cos(a), 0];
    this.up = [-Math.sin(e) * Math.cos(a), -Math.sin(e) * Math.sin(a), Math.cos(e)];
    this.towards = [Math.cos(e) * Math.cos(a), Math.cos(e) * Math.sin(a), Math.sin(e)];
    const { clientWidth: width, clientHeight: height } = this.box;
    Object.assign(this, { width, height, size: Math.min(width / 3.6, height / 3.6) });
    const density = Math.min(devicePixelRatio, 2);
    const pixels = [width, height].map((length) => Math.round(length * density));
    // Setting the size of a canvas makes it anew.
    if (canvas.width !== pixels[0] || canvas.height !== pixels[1]) {
      [canvas.width, canvas.height] = pixels;
    }
    gl.viewport(0, 0, ...pixels);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    uniform("across", ...this.across);
    uniform("up", ...this.up);
    uniform("towards", ...this.towards);
    uniform("scale", (2 * this.size) / width, (2 * this.size) / height);
    uniform("widest", ...widest);
    uniform("losses", ...losses);
    uniform("halfHeight", HALF[2]);
    uniform("slice", ...colour);
    uniform("x", x);
    gl.drawElements(gl.TRIANGLES, this.count, gl.UNSIGNED_SHORT, 0);
    const view = [turn, tilt, width, height].join();
    if (view !== this.view) this.#drawAxes();
    this.view = view;
  }

  /** Let the slice at x shine through where the surface hides it, and put the marker at w on it. */
  mark(x, w, loss) {
    const at = (weight) => this.#project(this.#inBox(x, weight, loss(weight * x)));
    const [cx, cy] = at(w);
    put(this.marker, { cx, cy });
    const points = linspace(-this.widest[1], this.widest[1], 121);
    put(this.ghost, { d: pathThrough(Array.from(points, at).flat()) });
  }

  #inBox(x, w, loss) {
    const [low, high] = this.losses;
    return [x / this.widest[0], w / this.widest[1], (((loss - low) / (high - low)) * 2 - 1) * HALF[2]];
  }

  /** Pixels of a point of the box. */
  #project(point) {
    const dot = (axis) => axis[0] * point[0] + axis[1] * point[1] + axis[2] * point[2];
    const nearness = 1 - 0.12 * dot(this.towards);
    return [
      this.width / 2 + (dot(this.across) * this.size) / nearness,
      this.height / 2 - (dot(this.up) * this.size) / nearness,
    ];
  }

  /**
   * The floor's rim, and scales on the edges that the viewer has before and beside the surface. Seen
   * from above or from the side an edge is short: what would stand upon another word is left out.
   */
  #drawAxes() {
    const { axes, front, width, height, widest, towards } = this;
    for (const svg of [axes, front]) put(svg, { viewBox: `0 0 ${width} ${height}` });
    axes.replaceChildren();
    const written = [];
    const write = ([x, y], text, attributes) => {
      const words = String(text).replace("-", "−");
      const half = 1.6 + 2.9 * words.length; // in letters of 12 pixels
      const middle = attributes?.["text-anchor"] === "end" ? x - half : x;
      const meets = ([place, line, reach]) =>
        Math.abs(place - middle) < reach + half && Math.abs(line - y) < 15;
      if (written.some(meets)) return;
      written.push([middle, y, half]);
      draw(axes, "text", { x, y: y + 4, "text-anchor": "middle", ...attributes }).textContent = words;
    };
    const label = { class: "live-axis" };
    const side = (value) => (value < 0 ? -1 : 1);
    const [nearX, nearW] = [side(towards[0]), side(towards[1])];
    const corner = (x, w, up) => this.#project([x, w, up * HALF[2]]);
    const corners = [[-1, -1], [1, -1], [1, 1], [-1, 1]];
    const rim = corners.map((place) => corner(...place, -1).join(" "));
    draw(axes, "path", { d: `M${rim.join("L")}Z`, class: "live-spine" });
    write(corner(0.5, 1.25 * nearW, -1), "x", label);
    write(corner(1.25 * nearX, 0.5, -1), "w", label);
    // The upright scale stands at the corner that is leftmost on the screen.
    const [upright] = corners.sort((p, q) => corner(...p, 0)[0] - corner(...q, 0)[0]);
    const post = [-1, 1].map((up) => corner(...upright, up).join(" "));
    draw(axes, "path", { d: `M${post.join("L")}`, class: "live-spine" });
    const [x, y] = corner(...upright, 1);
    write([x, y - 12], "loss", label);
    for (const share of [-1, 1, 0]) {
      write(corner(share, 1.2 * nearW, -1), share * widest[0]);
      write(corner(1.2 * nearX, share, -1), share * widest[1]);
    }
    for (const loss of [-0.6, 0, -0.3]) {
      const [, , z] = this.#inBox(0, 0, loss);
      const [right, line] = this.#project([...upright, z]);
      write([right - 6, line], loss, { "text-anchor": "end" });
    }
  }
}

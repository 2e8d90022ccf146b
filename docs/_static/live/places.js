/** A place on a plot that a hand takes anywhere, and an axis of decimal logarithms. */

/** Whole powers of ten, for an axis of decimal logarithms. */
export const powers = (low, high) =>
  Array.from({ length: Math.floor(high) - Math.ceil(low) + 1 }, (_, i) => {
    const value = Math.ceil(low) + i;
    return { value, text: String(Number(`1e${value}`)) };
  });

/** The values of a plot under a place on the screen, which it calls x and y. */
export function placeOn(plot, { clientX, clientY }) {
  const y = clientY - plot.svg.getBoundingClientRect().top;
  const share = (y - plot.y0) / (plot.y1 - plot.y0);
  return [plot.valueAt(clientX), plot.bottom + share * (plot.top - plot.bottom)];
}

/** Let a reader drag an element anywhere: `grabbed(event)` returns what each move of the hand calls. */
export function free(element, grabbed) {
  element.onpointerdown = (event) => {
    event.preventDefault();
    element.setPointerCapture(event.pointerId);
    element.onpointermove = grabbed(event);
  };
  element.onpointerup = element.onpointercancel = () => {
    element.onpointermove = null;
  };
}

/** Let a reader take something to any place of a plot, or tap the place: `moved([x, y])` is called. */
export function placed(element, plot, moved) {
  const take = (event) => moved(placeOn(plot, event));
  free(element, () => take);
  plot.box.classList.add("live-tappable");
  plot.box.onclick = take;
}

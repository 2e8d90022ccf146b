/** An arrow between two places, which ends `short` of the second; one of few pixels has no head. */
export function arrow(x0, y0, x1, y1, short) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (length < short + 6) return `M${x0} ${y0}L${x1} ${y1}`;
  const [ux, uy] = [(x1 - x0) / length, (y1 - y0) / length];
  const [tx, ty] = [x1 - short * ux, y1 - short * uy];
  const head = Math.min(7, (length - short) / 2);
  const wing = (side) => `${tx - head * (ux - side * 0.6 * uy)} ${ty - head * (uy + side * 0.6 * ux)}`;
  return `M${x0} ${y0}L${tx} ${ty}M${wing(1)}L${tx} ${ty}L${wing(-1)}`;
}

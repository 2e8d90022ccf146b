/** Numbers in the prose that a hand may drag: each leads a live figure of its page, and follows it. */

import { initialState, readState } from "./state.js";

// Pixels from one end of a number to the other, and the least and the most for a step.
const WAY = 300;
const [LEAST, MOST] = [2, 12];

const within = (value, low, high) => Math.min(Math.max(value, low), high);

/** Let a number lead a figure; `opening` is the value to go back to. */
function lead(number, figure, name, parameter, opening) {
  const { at, label, last, nearest } = parameter;
  Object.assign(number, { tabIndex: 0, role: "slider", ariaLabel: label, ariaValueMin: at(0), ariaValueMax: at(last) });
  const pixels = within(WAY / last, LEAST, MOST);
  const place = () => nearest(figure.state[name]);
  const set = (value) => {
    if (!figure.matches("[data-seen]")) figure.scrollIntoView({ block: "nearest" });
    figure.set({ [name]: value });
  };
  const go = (position) => set(at(within(position, 0, last)));

  let held;
  number.onpointerdown = ({ button, clientX, pointerId }) => {
    if (button) return;
    number.setPointerCapture(pointerId);
    held = { x: clientX, value: figure.state[name], from: place(), steps: 0 };
  };
  number.onpointermove = ({ clientX }) => {
    const steps = held && Math.round((clientX - held.x) / pixels);
    if (!held || steps === held.steps) return;
    held.steps = steps;
    go(held.from + steps);
  };
  // A swipe that turns out to scroll the page leaves the number as it was.
  number.onpointercancel = () => held?.steps && set(held.value);
  number.onlostpointercapture = () => {
    held = undefined;
  };
  // The text around it is not selected on the way.
  number.onmousedown = (event) => {
    event.preventDefault();
    number.focus({ preventScroll: true });
  };
  number.ondblclick = () => set(opening);

  const leap = Math.ceil(last / 10);
  const moves = {
    ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1,
    PageUp: leap, PageDown: -leap, Home: -last, End: last,
  };
  number.onkeydown = (event) => {
    const { altKey, ctrlKey, key, metaKey } = event;
    if (altKey || ctrlKey || metaKey) return;
    if (key === "Escape") set(opening);
    else if (moves[key]) go(place() + moves[key]);
    else return;
    event.preventDefault();
  };
}

/** Bind the texts that belong to a figure to it. */
async function bind(figure, texts) {
  const { parameters } = await import(`./${figure.localName.slice("live-".length)}.js`);
  const opening = readState(parameters, figure.dataset.state, initialState(parameters));
  const tell = (text, value, name) => {
    const shown = parameters[name]?.show(value) ?? figure[name].text?.() ?? figure[name].textContent;
    if (text.textContent !== shown) text.textContent = shown;
    if (text.role) Object.assign(text, { ariaValueNow: value, ariaValueText: shown });
  };
  for (const text of texts) {
    const name = text.dataset.part;
    if (!text.dataset.module) continue;
    lead(text, figure, name, parameters[name], opening[name]);
    tell(text, opening[name], name);
  }
  // Sentences go with what is drawn: while it sleeps, the figure shows what it opens with.
  const follow = () => {
    if (!figure.stage) return;
    for (const text of texts) tell(text, figure.state[text.dataset.part], text.dataset.part);
  };
  new MutationObserver(follow).observe(figure, {
    attributeFilter: ["aria-valuetext"], childList: true, subtree: true,
  });
  follow();
}

const all = Array.from(document.querySelectorAll("[data-part]"));
for (const anchor of new Set(all.map(({ dataset }) => dataset.figure))) {
  bind(document.getElementById(anchor), all.filter(({ dataset }) => dataset.figure === anchor));
}

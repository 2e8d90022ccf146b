/** Native controls with visible labels and values. */

let made = 0;

/** An element with properties and children. */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** A button. */
export const button = (text, onclick) =>
  make("button", { type: "button", className: "live-button", onclick }, text);

function labelled(parameter, input, value) {
  made += 1;
  input.id = `live-control-${made}`;
  const label = make("label", { htmlFor: input.id }, parameter.label);
  return make("div", { className: "live-control" }, label, value, input);
}

function slider(parameter, change) {
  const value = make("span", { className: "live-value" });
  const input = make("input", { type: "range", min: 0, step: 1 });
  input.oninput = () => held || change(parameter.at(Number(input.value)));
  // A swipe that turns out to scroll the page has already moved the slider. So what a finger does is
  // heeded when it goes sideways, or is lifted.
  let held;
  const heed = () => {
    if (!held) return;
    held = undefined;
    input.oninput();
  };
  input.onpointerdown = ({ pointerType, clientX, clientY }) => {
    held = pointerType === "touch" ? [clientX, clientY] : undefined;
  };
  input.onpointermove = ({ clientX, clientY }) => {
    if (held && Math.abs(clientX - held[0]) > Math.abs(clientY - held[1])) heed();
  };
  input.onpointerup = heed;
  input.onpointercancel = () => {
    held = undefined;
    show(shown);
  };
  let shown;
  const show = (current) => {
    shown = current;
    input.max = parameter.last;
    input.value = parameter.nearest(current);
    value.textContent = parameter.show(current);
    input.setAttribute("aria-valuetext", value.textContent);
  };
  return { element: labelled(parameter, input, value), show };
}

function select(parameter, change) {
  const options = Object.entries(parameter.names).map(([value, text]) =>
    make("option", { value }, text),
  );
  const input = make("select", {}, ...options);
  input.onchange = () => change(input.value);
  const show = (current) => {
    input.value = current;
  };
  return { element: labelled(parameter, input, ""), show };
}

/** The control of a parameter: `element` to place, `show(value)` to call when the value changed. */
export const control = (parameter, change) =>
  (parameter.names ? select : slider)(parameter, change);

/** A button that opens and closes a panel. */
export function disclosure(text, ...children) {
  const panel = make("div", { className: "live-panel", hidden: true }, ...children);
  const opener = button(text, () => {
    panel.hidden = !panel.hidden;
    opener.setAttribute("aria-expanded", !panel.hidden);
  });
  opener.setAttribute("aria-expanded", false);
  opener.classList.add("live-opener");
  return { opener, panel };
}

/** A number that a reader watches: its name, its value, and a word on it. */
export function readout(text, kind) {
  const value = make("dd");
  const name = make("dt", {}, text);
  const element = make("div", { className: `live-readout live-${kind}` }, name, value);
  const show = (current) => {
    value.textContent = current;
  };
  return { element, show, name, text: () => value.textContent };
}

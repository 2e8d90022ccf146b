// Elements in one call, and the scheme in which the page is seen.
export const make = (kind, { data, ...properties } = {}, ...children) => {
  const element = Object.assign(document.createElement(kind), properties);
  Object.assign(element.dataset, data);
  element.append(...children);
  return element;
};

export const button = (words, act) =>
  make("button", { type: "button", className: "run-button", textContent: words, onclick: act });

// A panel in the place of the button that opens it; the button stays for addresses that do so, too.
export const replace = (box) => {
  for (const child of box.children) child.hidden = true;
  const panel = make("div", { className: "run-panel" });
  box.append(panel);
  return panel;
};

export const isDark = () => {
  const { theme } = document.body.dataset;
  return theme === "auto" ? matchMedia("(prefers-color-scheme: dark)").matches : theme === "dark";
};

export const megabytes = (bytes) => `${Math.max(1, Math.round(bytes / 1e6))} MB`;

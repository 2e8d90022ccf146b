// What "Edit and run" opens: the script of a page of the gallery, a cell of a page, or an empty
// field for the answer to an exercise.
import { openCell } from "./cells.js";
import { make, replace } from "./dom.js";
import { ASK, Panel, sparing } from "./panel.js";

let script;

const sheet = () => {
  const href = new URL("run.css", import.meta.url).href;
  if (document.querySelector(`link[href="${href}"]`)) return;
  const link = make("link", { rel: "stylesheet", href });
  const came = new Promise((resolve) => (link.onload = link.onerror = resolve));
  document.head.append(link);
  return came;
};

const openScript = async (opener) => {
  const link = document.querySelector(".sphx-glr-download-python a");
  const answer = await fetch(link.href);
  if (!answer.ok) throw new Error(`${answer.status} for ${link.href}`);
  const name = link.href.replace(/^.*\//, "");
  const box = opener.closest(".run-here");
  // Names end where the page's do: its numbers stand beside it.
  const numbers = location.pathname.replace(/\.html$/, ".numbers.json");
  const site = async () => (await (await fetch(numbers)).json()).numbers;
  const place = replace(box);
  return new Panel(place, {
    source: await answer.text(),
    key: "script",
    words: `Python script ${name}`,
    results: { site },
    name,
  });
};

/** The first line behind the imports: there a script has its numbers. */
const begins = (code) => {
  const lines = code.split("\n");
  const imported = lines.findLastIndex((line) => /^(from|import) /.test(line));
  return lines.findIndex((line, i) => i > imported && /^\w/.test(line)) + 1;
};

export const open = async (opener, { line } = {}) => {
  await sheet();
  if (!opener.closest(".run-script")) return openCell(opener);
  script ??= await openScript(opener);
  if (line) {
    script.editor.goTo(line);
    script.editor.mark(line);
  } else script.editor.goTo(begins(script.editor.text));
  script.run_.closest(".run-here").scrollIntoView({ block: "start" });
  // An address opens the editor, and no more: it is not for others to spend the reader's bytes.
  if (line) script.status.textContent ||= ASK;
  else if (!sparing) script.warm();
  return script;
};

// The cells of a page, which share their names: before one is run, those above it are that have not
// been run as they are. The answer to an exercise is a cell of the reader's own.
import { replace } from "./dom.js";
import { Panel, python, sparing } from "./panel.js";
import { Ended } from "./python.js";

const code = (cell) => cell.querySelector(".cell_input pre").textContent.trimEnd();
const isSolution = (cell) => cell.closest("#exercises") !== null || cell.matches(".tag_hide-cell");

// All cells, in their order, as they will be run.
const cells = [...document.querySelectorAll(".cell:has(> .cell_input, .cell_input)")].map(
  (element, index) => ({ element, index, text: code(element), solution: isSolution(element) }),
);
// The text with which each was run, while Python is the same.
let ran = new Map();
let started;

const textOf = (cell) => cell.panel?.editor.text ?? cell.text;

// Those above that have to be run first; of solutions only another solution has need.
const before = (cell) =>
  cells.filter(
    (other) =>
      other.index < cell.index &&
      (cell.solution || !other.solution) &&
      ran.get(other.index) !== textOf(other),
  );

const prepare = (cell) => async () => {
  const worker = python.worker;
  if (started !== worker) {
    started = worker;
    ran = new Map();
  }
  for (const other of before(cell)) {
    let failed;
    other.panel?.results.clear();
    await cell.panel.execute(textOf(other), `cell ${other.index + 1}`, (data) => {
      other.panel?.results.show(data);
      if (data.kind === "failed") failed = data;
    });
    if (failed) throw new Ended(`Cell ${other.index + 1} above has failed: ${failed.error}`);
    ran.set(other.index, textOf(other));
  }
};

export const openCell = async (opener) => {
  const box = opener.closest(".run-here");
  const answer = box.matches(".run-answer");
  let cell;
  if (answer) {
    const next = box.nextElementSibling.querySelector(".cell_input") ?? box.nextElementSibling;
    const at = cells.find(({ element }) => element.contains(next) || next.contains(element));
    cell = { index: at.index - 0.5, solution: false, text: "" };
  } else cell = cells.find(({ element }) => element.contains(opener));
  const place = replace(box);
  cell.panel = new Panel(place, {
    source: cell.text,
    key: cell.index,
    words: answer ? "Your answer, in Python" : `Python code, cell ${cell.index + 1}`,
    prepare: prepare(cell),
    name: answer ? "your answer" : `cell ${cell.index + 1}`,
    cell: true,
  });
  const { go } = cell.panel;
  cell.panel.go = async () => {
    const well = await go.call(cell.panel);
    if (well) ran.set(cell.index, textOf(cell));
    return well;
  };
  if (!answer) cell.element.classList.add("run-open");
  cell.panel.editor.focus();
  if (!sparing) cell.panel.warm();
  return cell.panel;
};

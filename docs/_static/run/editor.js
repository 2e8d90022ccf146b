// The editor: a text field under highlighted code. Tab indents; Escape, then Tab, leaves it.
import { createEditor } from "prism-code-editor";
import { defaultKeymap, editHistory, editorCommands, setIgnoreTab } from "prism-code-editor/commands";
import "prism-code-editor/prism/languages/python";
import "prism-code-editor/languages/python";

export const edit = (place, { value, words, change, run }) => {
  const editor = createEditor(
    place,
    { language: "python", value, tabSize: 4, insertSpaces: true, lineNumbers: true },
    editorCommands(defaultKeymap),
    editHistory(),
  );
  const { textarea } = editor;
  // It would leave the field, and the next Tab would lead back to it.
  editor.keyCommandMap.Escape = () => setIgnoreTab(true);
  textarea.setAttribute("aria-label", words);
  let marked;
  const unmark = () => marked?.classList.remove("run-marked");
  editor.on("update", (text) => {
    unmark();
    change(text);
  });
  textarea.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      // Before the editor makes a new line of it.
      event.preventDefault();
      event.stopImmediatePropagation();
      run();
    }
  }, true);
  textarea.addEventListener("blur", () => setIgnoreTab(false));

  const lineAt = (line) => editor.lines[Math.min(line, editor.lines.length - 1)];
  const reveal = (line) => {
    const { offsetTop } = lineAt(line);
    editor.container.scrollTop = Math.max(0, offsetTop - editor.container.clientHeight / 3);
  };
  return {
    get text() {
      return editor.value;
    },
    set text(value) {
      editor.setOptions({ value });
    },
    focus: () => textarea.focus({ preventScroll: true }),
    // Put the cursor at the end of a line that can be seen.
    goTo(line) {
      const end = editor.value.split("\n").slice(0, line).join("\n").length;
      textarea.setSelectionRange(end, end);
      textarea.focus({ preventScroll: true });
      reveal(line);
    },
    mark(line) {
      unmark();
      marked = lineAt(line);
      marked.classList.add("run-marked");
      reveal(line);
    },
    unmark,
  };
};

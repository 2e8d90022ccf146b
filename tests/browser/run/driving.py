"""What is done in a page, in JavaScript, so that it is the same in every browser."""

UNTIL = """
  const until = (test) => new Promise((resolve) => {
    const look = () => (test() ? resolve(test()) : setTimeout(look, 50));
    look();
  });
  const ended = (panel) => until(() => {
    const text = panel.querySelector(".run-status").textContent;
    const busy = panel.querySelector(".run-output").getAttribute("aria-busy") === "true";
    return !busy && /^(Done|Stopped|Python (could|does)|Cell \\\\d)/.test(text) && text;
  });
  const seen = (panel) => ({
    printed: [...panel.querySelectorAll(".run-printed")].map((e) => e.textContent).join(""),
    warned: [...panel.querySelectorAll(".run-warned")].map((e) => e.textContent).join(""),
    failed: panel.querySelector(".run-failed")?.textContent ?? "",
    claims: panel.querySelector(".run-claims")?.textContent ?? "",
    figures: panel.querySelectorAll("img.run-figure, canvas").length,
    told: panel.querySelector(".run-told p")?.textContent ?? "",
    heap: Number(panel.querySelector(".run-output").dataset.heap),
    other: [...panel.querySelectorAll(".run-told > .run-table tbody tr")].map((row) =>
      [row.cells[0].textContent, ...[...row.querySelectorAll("data")].map((e) => e.value)]),
  });
""".replace("\\\\", "\\")

# Open the script of a page and run it so many times; tell what is seen, and milliseconds.
SCRIPT = (
    """async () => {"""
    + UNTIL
    + """
  const began = performance.now();
  const button = document.querySelector(".run-script button");
  // The script that listens comes after the page has been drawn.
  const panel = await until(() => {
    button.click();
    return document.querySelector(".run-panel textarea")?.closest(".run-panel");
  });
  const status = panel.querySelector(".run-status");
  await until(() => /ready|could|does not/.test(status.textContent));
  const start = performance.now() - began;
  const [run] = panel.querySelectorAll(".run-bar button");
  const times = [];
  let text;
  for (let i = 0; i < RUNS; i += 1) {
    const from = performance.now();
    run.click();
    text = await ended(panel);
    times.push(performance.now() - from);
  }
  const well = text.startsWith("Done") && !panel.querySelector(".run-failed");
  if (document.querySelector("script[data-not]") && well)
    await until(() => panel.querySelector(".run-told p") || NUMBERLESS);
  return { status: text, start, times, ...seen(panel) };
}"""
)

# Open all cells of a page, and run the last: so all of them are run.
CELLS = (
    """async () => {"""
    + UNTIL
    + """
  const buttons = [...document.querySelectorAll("article .run-cell button")];
  for (const button of buttons) {
    const { parentElement } = button;
    for (let fold = button.closest("details"); fold; fold = fold.parentElement.closest("details"))
      fold.open = true;
    await until(() => {
      button.click();
      return parentElement.querySelector("textarea");
    });
  }
  const panels = [...document.querySelectorAll(".run-panel")];
  const last = panels.at(-1);
  last.querySelector(".run-bar button").click();
  const status = await ended(last);
  return {
    status,
    cells: panels.map((panel) => ({
      ...seen(panel),
      site: [...panel.closest(".cell").querySelectorAll(".cell_output pre")]
        .map((e) => e.textContent).join(""),
    })),
  };
}"""
)


def script(runs=1, numbers=True):
    """Return what is done on the page of a script."""
    return SCRIPT.replace("RUNS", str(runs)).replace("NUMBERLESS", "false" if numbers else "true")

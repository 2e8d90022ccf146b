// "Edit and run": nothing of it is fetched before the reader asks for it. Then the button's module
// does the rest. An address that ends in #edit=12 opens the script at that line.
(() => {
  const open = async (button, options) => {
    button.disabled = true;
    try {
      const { href } = new URL(button.dataset.run, document.baseURI);
      await (await import(href)).open(button, options);
    } catch (error) {
      button.disabled = false;
      button.nextElementSibling.textContent =
        "The editor could not be opened: it did not come, or this browser is too old for it.";
      throw error;
    }
  };
  for (const button of document.querySelectorAll("button[data-run]")) {
    button.addEventListener("click", () => open(button, {}));
    button.disabled = false;
  }
  const follow = () => {
    const line = /^#edit=(\d+)$/.exec(location.hash)?.[1];
    const button = document.querySelector(".run-script button[data-run]");
    if (line && button) open(button, { line: Number(line) });
  };
  addEventListener("hashchange", follow);
  follow();
})();

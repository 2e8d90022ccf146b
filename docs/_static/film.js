// A film has no sound: while it plays, its captions stand under it, where they cover nothing. Only
// where it fills the screen does the player show them. A chapter opens at its scene. Before it plays,
// one button says how long it is, and the player's own controls, which shade the picture, stay away.
// Without JavaScript the player has the captions, and the link of a chapter opens the file.
for (const film of document.querySelectorAll("video")) {
  const [captions] = film.textTracks;
  if (!captions) continue;
  const told = film.parentElement.querySelector(".film-captions");
  told.textContent = "It has no sound. While it plays, its captions stand here.";
  const stage = document.createElement("div");
  stage.className = "film-stage";
  film.before(stage);
  stage.append(film, playButton(film));
  film.addEventListener("play", () => (captions.mode = "hidden"), { once: true });
  captions.addEventListener("cuechange", () => {
    // At the border of two cues, both are active.
    const cue = Array.from(captions.activeCues).at(-1);
    if (cue) told.textContent = cue.text;
  });
  film.addEventListener("fullscreenchange", () => {
    captions.mode = document.fullscreenElement ? "showing" : "hidden";
  });
  stage.parentElement.querySelector("ol.chapters")?.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    film.currentTime = Number(link.hash.slice("#t=".length));
    film.play();
    film.scrollIntoView({ block: "nearest" });
  });
}

/** A button that stands on a film until it plays, and says how long it is. */
function playButton(film) {
  const { seconds } = film.dataset;
  const length = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "film-play";
  button.textContent = `Play the film (${length})`;
  film.controls = false;
  button.addEventListener("click", () => void film.play().catch(() => {}));
  film.addEventListener("play", () => {
    film.controls = true;
    if (document.activeElement === button) film.focus();
    button.remove();
  }, { once: true });
  return button;
}

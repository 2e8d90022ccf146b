// A film has no sound: while it plays, its captions stand under it, where they cover nothing. Only
// where it fills the screen does the player show them. A chapter opens at its scene. Without
// JavaScript the player has the captions, and the link of a chapter opens the file.
for (const film of document.querySelectorAll("video")) {
  const [captions] = film.textTracks;
  if (!captions) continue;
  const told = document.createElement("p");
  told.className = "film-captions";
  told.setAttribute("aria-live", "polite");
  film.after(told);
  film.addEventListener("play", () => (captions.mode = "hidden"), { once: true });
  captions.addEventListener("cuechange", () => {
    // At the border of two cues, both are active.
    const cue = Array.from(captions.activeCues).at(-1);
    if (cue) told.textContent = cue.text;
  });
  film.addEventListener("fullscreenchange", () => {
    captions.mode = document.fullscreenElement ? "showing" : "hidden";
  });
  film.parentElement.querySelector("ol.chapters")?.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    film.currentTime = Number(link.hash.slice("#t=".length));
    film.play();
    film.scrollIntoView({ block: "nearest" });
  });
}

// Which pages of the story have been read to their end, marked on its map. It is kept on this device
// and nowhere else.
const KEY = "pages read";

const known = () => {
  try {
    return new Set(JSON.parse(localStorage.getItem(KEY)));
  } catch {
    return new Set(); // Storage may be forbidden, or hold what somebody else has written.
  }
};

const end = document.getElementById("what-to-remember");
if (end) {
  const watcher = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    watcher.disconnect();
    try {
      localStorage.setItem(KEY, JSON.stringify([...known().add(location.pathname)]));
    } catch {
      // Then nothing is marked.
    }
  });
  watcher.observe(end);
}

const read = known();
for (const link of document.querySelectorAll(".story-map a")) {
  if (!read.has(link.pathname)) continue;
  const mark = document.createElement("span");
  mark.className = "story-read";
  mark.textContent = "read";
  link.after(" ", mark);
}

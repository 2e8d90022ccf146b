// The page of the search: asks ranking.js, and shows its answers.
import { APART, excerpt, find, prepare, words } from "./ranking.js";

const query = (new URLSearchParams(location.search).get("q") ?? "").trim();
const status = document.querySelector(".search-status");
const list = document.querySelector(".search-results");
const help = document.querySelector(".search-help");
const root = document.documentElement.dataset.content_root;

const element = (kind, text = "", className = "") => {
  const made = document.createElement(kind);
  made.textContent = text;
  if (className) made.className = className;
  return made;
};

const show = (result, found) => {
  const { address, identifier, kind, page, title, text, number } = result;
  const item = element("li");
  const heading = element("h2");
  const link = element("a", number && !APART.has(kind) ? `${page}: ` : "");
  link.href = root + address + (identifier && `#${identifier}`);
  link.append(title);
  // The page that is opened marks these words: see marking.js.
  const sought = words(`${title} ${text}`).filter((word) => found.has(word.stem));
  link.addEventListener("click", () => {
    try {
      sessionStorage.setItem("sought", sought.map(({ word }) => word.toLowerCase()).join(" "));
    } catch {
      // Storage may be forbidden.
    }
  });
  heading.append(element("span", kind, "search-kind"), " ", link);
  const quote = element("p");
  for (const piece of excerpt(result, found)) {
    quote.append(piece.marked ? element("mark", piece.text) : piece.text);
  }
  item.append(heading, ...(quote.textContent ? [quote] : []));
  return item;
};

const search = async () => {
  status.textContent = "Searching …";
  const answer = await fetch(list.dataset.texts);
  const { results, found, slips, missing } = find(query, prepare(await answer.json()));
  list.replaceChildren(...results.map((result) => show(result, found)));
  help.hidden = results.length > 0;
  const quoted = (some) => some.map((word) => `“${word}”`).join(", ");
  const number = results.length === 1 ? "1 place" : `${results.length} places`;
  const notes = [
    ...(results.length ? [`${number} for “${query}”.`] : []),
    ...slips.map(([slip, instead]) => `Nothing here has “${slip}”: this is for “${instead}”.`),
    ...(missing.length ? [`Nothing here has ${quoted(missing)}.`] : []),
  ];
  status.textContent = notes.join(" ") || `Nothing here has “${query}”.`;
};

for (const field of document.querySelectorAll("input[name=q]")) field.value = query;
if (query) {
  // Other search engines need not list what was found here.
  document.head.append(Object.assign(element("meta"), { name: "robots", content: "noindex" }));
  document.title = `${query} – ${document.title}`;
  help.hidden = true;
  search().catch(() => {
    status.textContent = "The list of what there is could not be fetched. Load the page again.";
    help.hidden = false;
  });
} else document.querySelector(".search-page input").focus();

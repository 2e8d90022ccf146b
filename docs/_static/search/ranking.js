// Which parts of the site answer a question, and in which order. Knows no page: see page.js.
//
// Words are compared without case, accents and endings, and symbols by their names. A part is the
// better the rarer the words that it has, and the more prominent their place; a lesson comes before
// what is looked up. Words that nobody wrote are taken for words that begin or look alike.

// A Greek letter is a word of its own: in an equation they stand side by side.
const WORD = /\d+(?:\.\d+)+|[\p{Script=Greek}ℓ]|(?:(?![\p{Script=Greek}ℓ])[\p{L}\p{M}\p{N}])+/gu;
const LETTERS = {
  α: "alpha", β: "beta", γ: "gamma", δ: "delta", ε: "epsilon", ϵ: "epsilon", ζ: "zeta", η: "eta",
  θ: "theta", κ: "kappa", λ: "lambda", μ: "mu", ν: "nu", ξ: "xi", π: "pi", ρ: "rho", σ: "sigma",
  τ: "tau", φ: "phi", ϕ: "phi", χ: "chi", ψ: "psi", ω: "omega", ℓ: "ell",
  // Letters that are no other letter with an accent.
  ł: "l", ø: "o", æ: "ae", œ: "oe", ß: "ss", đ: "d", ı: "i",
};
// Words that a question is made of, rather than what it asks for.
const STOP_WORDS = new Set(
  ("a about an and any are as at be but by can could did do does for from has have how i if in into" +
    " is it its me my not of on or our should so than that the their them then there these they" +
    " this to us versus vs was we were what when where which who why will with would you your" +
    " mean means explain explained definition").split(" "),
);
const IRREGULAR = { minima: "minimum", maxima: "maximum", descend: "descent", descending: "descent" };
const WEIGHT = {
  lesson: 1, result: 0.9, reference: 0.6, source: 0.6, glossary: 0.5, API: 0.4, page: 0.3,
};
const OTHER = 0.5;
// What stands at the end of a lesson says less than where it is told.
const ENDS = /^(exercises?|what to remember)$/i;
// Kinds of which each part is a result of its own; of all others, the whole page is one.
export const APART = new Set(["glossary", "API", "source"]);

const lower = (word) =>
  Array.from(word.toLowerCase(), (letter) => LETTERS[letter] ?? letter)
    .join("")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "");

// What words of one family have in common: "converg" of converges, converging and convergence.
const cut = (word) => {
  if (Object.hasOwn(IRREGULAR, word)) return cut(IRREGULAR[word]);
  if (word.length < 4 || /\d/.test(word)) return word;
  const ending = /(?<=.{4})(?:ing|ed|ly|ence|ent|ance|ant)$/;
  const bare = word.replace(/(?<![siu])s$/, "").replace(ending, "");
  return bare.replace(/(?<=.{3})[ey]$/, "").replace(/([^aeiou])\1$/, "$1");
};

const stems = new Map();
export const stem = (word) => {
  if (!stems.has(word)) stems.set(word, cut(lower(word)));
  return stems.get(word);
};

// The words of a text: what each is compared by, and where it stands.
export const words = (text) =>
  Array.from(text.matchAll(WORD), ({ 0: word, index }) => ({
    word,
    stem: stem(word),
    start: index,
    end: index + word.length,
  }));
const stemsOf = (text) => words(text).map((word) => word.stem);

// How often words stand one after the other in a list.
const count = (sequence, list) => {
  let found = 0;
  for (let i = list.indexOf(sequence[0]); i >= 0; i = list.indexOf(sequence[0], i + 1)) {
    if (sequence.every((word, k) => list[i + k] === word)) found += 1;
  }
  return found;
};
const countAny = (sequences, list) =>
  sequences.reduce((sum, sequence) => sum + count(sequence, list), 0);

// In how many letters two words differ; two that have changed places are one difference.
export const distance = (one, other) => {
  let [before, last] = [[], Array.from({ length: other.length + 1 }, (_, k) => k)];
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let k = 1; k <= other.length; k += 1) {
      const differs = one[i - 1] === other[k - 1] ? 0 : 1;
      row[k] = Math.min(last[k] + 1, row[k - 1] + 1, last[k - 1] + differs);
      if (i > 1 && k > 1 && one[i - 1] === other[k - 2] && one[i - 2] === other[k - 1]) {
        row[k] = Math.min(row[k], before[k - 2] + 1);
      }
    }
    [before, last] = [last, row];
  }
  return last[other.length];
};

// Make the texts of the site ready to be searched.
export const prepare = (pages) => {
  const known = new Map();
  const parts = pages.flatMap(({ address, kind, keywords, parts: own }) =>
    own.map(([title, identifier, text, code], number) => {
      const part = {
        address, kind, title, identifier, text, number,
        page: own[0][0],
        titleWords: stemsOf(title),
        pageWords: stemsOf(own[0][0]),
        phrases: keywords.map(stemsOf),
        textWords: stemsOf(text),
        codeWords: stemsOf(code),
      };
      for (const word of words([title, text, code, ...keywords].join(" "))) {
        if (!known.has(word.stem)) known.set(word.stem, { often: 0, word: lower(word.word) });
        known.get(word.stem).often += 1;
      }
      return part;
    }),
  );
  const length = parts.reduce((sum, part) => sum + part.textWords.length, 0) / parts.length;
  return { parts, known, length };
};

// The two words of the site that are one in a question: "mini batch" for "minibatch".
const halves = (word, { parts }) => {
  for (let i = 3; i <= word.length - 3; i += 1) {
    const pair = [stem(word.slice(0, i)), stem(word.slice(i))];
    if (parts.some((part) => count(pair, part.textWords) || count(pair, part.titleWords))) {
      return [pair];
    }
  }
  return [];
};

// Ways to read a word that the site does not have: as the beginning of others, or as a slip for
// another.
const guess = (word, { known }) => {
  const begun = cut(word);
  const longer = [...known.keys()].filter((other) => begun.length > 2 && other.startsWith(begun));
  if (longer.length) return { sequences: longer.map((other) => [other]) };
  const allowed = word.length > 5 ? 2 : 1;
  const [nearest] = [...known]
    .filter(([, { word: other }]) => word.length > 3 && other[0] === word[0])
    .map(([like, { often, word: other }]) => ({ like, often, far: distance(word, other) }))
    .filter(({ far }) => far <= allowed)
    .sort((one, other) => one.far - other.far || other.often - one.often);
  return nearest ? { sequences: [[nearest.like]], slip: word } : { sequences: [], missing: word };
};

// The words of a question, each with the ways to read it.
const read = (query, site) => {
  const all = Array.from(query.matchAll(WORD), ([word]) => lower(word));
  const asked = all.filter((word) => !STOP_WORDS.has(word));
  const wanted = asked.length ? asked : all;
  return wanted.map((word, k) => {
    // Of two words that are one here, "mini batch", each stands for the whole.
    const joined = [wanted[k - 1] + word, word + wanted[k + 1]].map(cut);
    const own = [cut(word), ...joined].filter((one) => site.known.has(one)).map((one) => [one]);
    const sequences = [...own, ...halves(word, site)];
    return sequences.length ? { word, sequences } : { word, ...guess(word, site) };
  });
};

const same = (one, other) => one.length === other.length && one.every((w, k) => w === other[k]);

const score = (part, terms, whole, length) => {
  let [sum, hit, total] = [0, 0, 0];
  for (const { sequences, weight, hits } of terms) {
    const often = countAny(sequences, part.textWords);
    const size = 0.25 + (0.75 * part.textWords.length) / length;
    const value =
      6 * Math.min(1, countAny(sequences, part.titleWords)) +
      2 * Math.min(1, countAny(sequences, part.pageWords)) +
      4 * Math.min(1, countAny(sequences, part.phrases.flat())) +
      (4 * often) / (often + 1.2 * size) +
      0.7 * Math.min(1, countAny(sequences, part.codeWords));
    total += weight;
    sum += weight * value;
    if (value) hit += weight;
    else if (hits.has(part.address)) hit += weight / 2;
  }
  if (whole.length > 1) {
    if (count(whole, part.titleWords)) sum += 3 * total;
    if (count(whole, part.textWords)) sum += 1.5 * total;
  }
  if (same(whole, part.titleWords)) sum += 3 * total;
  const end = ENDS.test(part.title) ? 0.7 : 1;
  return sum * (hit / total) ** 3 * (WEIGHT[part.kind] ?? OTHER) * end;
};

// Answers to a question, the best first but for the pages to which the question leads by name; and
// the words that had to be guessed or given up.
export const find = (query, site) => {
  const terms = read(query, site);
  const asked = stemsOf(query);
  const whole = terms.flatMap(({ sequences }) => sequences[0] ?? []);
  for (const term of terms) {
    const having = site.parts.filter(({ titleWords, textWords, codeWords, phrases }) =>
      [titleWords, textWords, codeWords, phrases.flat()].some((list) =>
        countAny(term.sequences, list),
      ),
    );
    term.weight = Math.log(1 + site.parts.length / (having.length + 0.5));
    term.hits = new Set(having.map((part) => part.address));
  }
  const results = new Map();
  for (const part of site.parts) {
    const value = score(part, terms, whole, site.length);
    const named = (sequence) => part.phrases.some((phrase) => same(sequence, phrase));
    const first = Math.max(2 * named(asked), 1 * named(whole));
    const key = APART.has(part.kind) ? `${part.address}#${part.identifier}` : part.address;
    if ((value || first) && !(value <= results.get(key)?.score)) {
      results.set(key, { ...part, first, score: value });
    }
  }
  const ordered = [...results.values()].sort(
    (one, other) => other.first - one.first || other.score - one.score,
  );
  const best = Math.max(...ordered.map((result) => result.score));
  const stemsFound = new Set(terms.flatMap(({ sequences }) => sequences.flat()));
  return {
    results: ordered.filter((result) => result.first || result.score > best / 20).slice(0, 30),
    found: stemsFound,
    slips: terms.filter(({ slip }) => slip).map(({ slip, sequences }) => [
      slip,
      site.known.get(sequences[0][0]).word,
    ]),
    missing: terms.flatMap(({ missing }) => missing ?? []),
  };
};

// The piece of a text that has most of the words, from the beginning of a sentence, as pieces of
// which some are marked.
export const excerpt = ({ text, kind }, found, size = 220) => {
  const marked = words(text).filter((word) => found.has(word.stem));
  const starts = [0, ...Array.from(text.matchAll(/[.!?…:] (?=[^\s…])/g), ({ index }) => index + 2)];
  const worth = (start) =>
    new Set(marked.filter((w) => w.start >= start && w.end <= start + size).map((w) => w.stem)).size;
  // A definition is read from its beginning.
  let [start, most] = [0, APART.has(kind) ? Infinity : worth(0)];
  for (const other of starts) if (worth(other) > most) [start, most] = [other, worth(other)];
  let end = text.length;
  if (end > start + size) end = text.lastIndexOf(" ", start + size);
  if (end <= start) end = start + size;
  const pieces = [];
  let at = start;
  for (const word of marked.filter((w) => w.start >= start && w.end <= end)) {
    if (word.start > at) pieces.push({ text: text.slice(at, word.start) });
    pieces.push({ text: text.slice(word.start, word.end), marked: true });
    at = word.end;
  }
  pieces.push({ text: text.slice(at, end) + (end < text.length ? " …" : "") });
  return pieces.filter((piece) => piece.text);
};

// Renders TeX for katex.py: one JSON object a line in, one a line out.
import { createInterface } from "node:readline";
import katex from "katex";

// A thousandth of an em is a fiftieth of a pixel.
const rounded = (length) => `${Number(parseFloat(length).toFixed(3))}em`;

for await (const line of createInterface({ input: process.stdin })) {
  const { tex, options } = JSON.parse(line);
  let answer;
  try {
    // "error" also where KaTeX would only print a warning: nobody reads its console.
    const markup = katex.renderToString(tex, { strict: "error", ...options });
    // The TeX that comes with the MathML would show in the excerpts of the search.
    const shown = markup.replace(/<annotation.*?<\/annotation>/s, "");
    answer = { markup: shown.replace(/-?\d*\.\d{4,}em/g, rounded) };
  } catch (error) {
    answer = { error: error.message };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}

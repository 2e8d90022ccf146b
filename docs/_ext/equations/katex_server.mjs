// Renders TeX for katex_math.py: one JSON object a line in, one a line out.
import { createInterface } from "node:readline";
import katex from "katex";

for await (const line of createInterface({ input: process.stdin })) {
  const { tex, options } = JSON.parse(line);
  let answer;
  try {
    // "error" also where KaTeX would only print a warning: nobody reads its console.
    const markup = katex.renderToString(tex, { strict: "error", ...options });
    // The TeX that comes with the MathML would show in the excerpts of the search.
    answer = { markup: markup.replace(/<annotation.*?<\/annotation>/s, "") };
  } catch (error) {
    answer = { error: error.message };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}

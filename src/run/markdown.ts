/**
 * Markdown as Jupyter knows it: GitHub's, with formulas between dollars.
 * @module
 */
import { Marked, type TokenizerAndRendererExtension } from "marked";
import temml from "temml";

/** Formulas become MathML, which browsers draw by themselves. */
function formula(name: string, delimiter: string, pattern: RegExp): TokenizerAndRendererExtension {
  return {
    name,
    level: "inline",
    start: (source) => {
      const at = source.indexOf(delimiter);
      return at < 0 ? undefined : at;
    },
    tokenizer(source) {
      const match = pattern.exec(source);
      return match ? { type: name, raw: match[0], formula: match[1] } : undefined;
    },
    renderer: (token) => temml.renderToString(String(token["formula"]), { displayMode: delimiter === "$$", throwOnError: false }),
  };
}

const markdown = new Marked({
  extensions: [formula("mathBlock", "$$", /^\$\$([^$]+?)\$\$/), formula("math", "$", /^\$(?![\s$])((?:\\.|[^$\\\n`])+?)(?<!\s)\$(?!\d)/)],
});

/** Markdown as HTML. */
export function markdownHtml(source: string): string {
  return markdown.parse(source, { async: false });
}

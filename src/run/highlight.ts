/**
 * TypeScript in colours, by the compiler's own classifier.
 * @module
 */
import ts from "typescript";
import { escapeHtml } from "../events/markup.js";

const classes: { readonly [token in ts.TokenClass]?: string } = {
  [ts.TokenClass.Keyword]: "keyword",
  [ts.TokenClass.Comment]: "comment",
  [ts.TokenClass.NumberLiteral]: "number",
  [ts.TokenClass.BigIntLiteral]: "number",
  [ts.TokenClass.StringLiteral]: "string",
  [ts.TokenClass.RegExpLiteral]: "string",
};

/** Source as HTML; coloured when its language is TypeScript or JavaScript, else only escaped. */
export function highlight(source: string, language: string): string {
  if (!["typescript", "javascript", "evtlab"].includes(language.toLowerCase())) return escapeHtml(source);
  const classifier = ts.createClassifier();
  let state = ts.EndOfLineState.None;
  const lines = source.split("\n").map((line) => {
    const { entries, finalLexState } = classifier.getClassificationsForLine(line, state, false);
    state = finalLexState;
    let at = 0;
    return entries
      .map(({ length, classification }) => {
        const text = escapeHtml(line.slice(at, (at += length)));
        const name = classes[classification];
        return name === undefined ? text : `<span class="${name}">${text}</span>`;
      })
      .join("");
  });
  return lines.join("\n");
}


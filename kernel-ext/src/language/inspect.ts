/**
 * Type and documentation of a name in a cell, as Markdown.
 *
 * The compiler reads files without their documentation, which makes the kernel start a third faster; here it is read
 * from the one file that declares the name.
 * @module
 */
import { ts, type TS } from "./typescript.js";

/** Offsets count UTF-16 units. */
export interface Inspected {
  readonly markdown: string;
  /** The name that is explained. */
  readonly start: number;
  readonly end: number;
}

export function inspect(service: TS.LanguageService, file: string, offset: number): Inspected | undefined {
  const code = service.getProgram()?.getSourceFile(file)?.text ?? "";
  const open = code.lastIndexOf("(", offset - 1);
  // At the name, behind it, or inside of the parentheses of its call.
  for (const at of [offset, offset - 1, open - 1]) {
    const info = at < 0 ? undefined : service.getQuickInfoAtPosition(file, at);
    if (info === undefined) continue;
    // Without the traces of how a cell gets the names of earlier cells.
    const declaration = ts.displayPartsToString(info.displayParts).replace(/^\(alias\) /, "").replace(/\nimport \S+$/, "");
    // A name that stands for nothing.
    if (declaration === "any") continue;
    const { start, length } = info.textSpan;
    return { markdown: [`\`\`\`ts\n${declaration}\n\`\`\``, ...documentation(service, file, at)].join("\n\n"), start, end: start + length };
  }
  return undefined;
}

function documentation(service: TS.LanguageService, file: string, offset: number): string[] {
  const [definition] = service.getDefinitionAtPosition(file, offset) ?? [];
  const text = definition === undefined ? undefined : service.getProgram()?.getSourceFile(definition.fileName)?.text;
  if (definition === undefined || text === undefined) return [];
  const documented = ts.createSourceFile(definition.fileName, text, { languageVersion: ts.ScriptTarget.ES2022, jsDocParsingMode: ts.JSDocParsingMode.ParseAll }, true);
  const node = nodeAt(documented, definition.textSpan.start);
  return ts.getJSDocCommentsAndTags(node).map((part) => {
    const comment = ts.getTextOfJSDocComment(part.comment) ?? "";
    const tags = ts.isJSDoc(part) ? (part.tags ?? []).map((tag) => `*@${tag.tagName.text}* ${tagText(tag)}`) : [];
    return [comment, ...tags].join("\n\n");
  });
}

function tagText(tag: TS.JSDocTag): string {
  const name = ts.isJSDocParameterTag(tag) ? `\`${tag.name.getText()}\` ` : "";
  return name + (ts.getTextOfJSDocComment(tag.comment) ?? "").replace(/^- /, "");
}

/** The declaration whose name is at the offset. */
function nodeAt(file: TS.SourceFile, offset: number): TS.Node {
  let found: TS.Node = file;
  const visit = (node: TS.Node): void => {
    if (offset < node.pos || offset >= node.end) return;
    found = node;
    ts.forEachChild(node, visit);
  };
  visit(file);
  return ts.isIdentifier(found) ? found.parent : found;
}

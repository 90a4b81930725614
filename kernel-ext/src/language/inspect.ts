/** Type and documentation of a name in a cell, as Markdown. @module */
import { ts, type TS } from "./typescript.js";

export function inspect(service: TS.LanguageService, file: string, code: string, offset: number): string | undefined {
  const info = infoAt(service, file, offset) ?? (offset > 0 ? infoAt(service, file, offset - 1) : undefined) ?? infoBeforeCall(service, file, code, offset);
  if (info === undefined) return undefined;
  const signature = `\`\`\`ts\n${declaration(info)}\n\`\`\``;
  const documentation = ts.displayPartsToString(info.documentation);
  const tags = (info.tags ?? []).map(({ name, text }) => `*@${name}* ${ts.displayPartsToString(text)}`);
  return [signature, documentation, ...tags].filter((part) => part !== "").join("\n\n");
}

/** Without the traces of how a cell gets the names of earlier cells. */
function declaration({ displayParts }: TS.QuickInfo): string {
  return ts.displayPartsToString(displayParts).replace(/^\(alias\) /, "").replace(/\nimport \S+$/, "");
}

function infoAt(service: TS.LanguageService, file: string, offset: number): TS.QuickInfo | undefined {
  return service.getQuickInfoAtPosition(file, offset);
}

/** Inside of the parentheses of a call: the function that is called. */
function infoBeforeCall(service: TS.LanguageService, file: string, code: string, offset: number): TS.QuickInfo | undefined {
  const open = code.lastIndexOf("(", offset - 1);
  return open > 0 ? infoAt(service, file, open - 1) : undefined;
}

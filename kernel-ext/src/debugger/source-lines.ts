/**
 * Which line of a script came from which line of a cell, by the source map of the cell, in both directions.
 * Source: the source map format, ECMA-426.
 * @module
 */

/** Zero-based places that belong together. */
interface Segment {
  readonly line: number;
  readonly column: number;
  readonly sourceLine: number;
  readonly sourceColumn: number;
}

const digits = new Map([..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].map((digit, value) => [digit, value]));

export class SourceLines {
  readonly #segments: readonly Segment[];

  /** `sourceMap` is JSON with `mappings` of one source. */
  constructor(sourceMap: string) {
    this.#segments = segments((JSON.parse(sourceMap) as { mappings: string }).mappings);
  }

  /** Where the first code of a source line, or of the next line that has code, begins in the script. */
  inScript(sourceLine: number): { readonly line: number; readonly column: number; readonly sourceLine: number } | undefined {
    let best: Segment | undefined;
    for (const segment of this.#segments) {
      if (segment.sourceLine < sourceLine || (best !== undefined && best.sourceLine <= segment.sourceLine)) continue;
      best = segment;
    }
    return best;
  }

  /** The place in the source from which a place in the script comes: of added code, such as the end, the place before it. */
  inSource(line: number, column: number): { readonly line: number; readonly column: number } | undefined {
    let best: Segment | undefined;
    for (const segment of this.#segments) {
      if (segment.line > line || (segment.line === line && segment.column > column)) break;
      best = segment;
    }
    return best === undefined ? undefined : { line: best.sourceLine, column: best.sourceColumn };
  }
}

/** Base64 VLQ: fields are differences to the segment before. */
function segments(mappings: string): Segment[] {
  const found: Segment[] = [];
  let sourceLine = 0;
  let sourceColumn = 0;
  for (const [line, group] of mappings.split(";").entries()) {
    let column = 0;
    for (const text of group.split(",")) {
      const fields = numbers(text);
      if (fields.length === 0) continue;
      column += fields[0]!;
      if (fields.length < 4) continue;
      sourceLine += fields[2]!;
      sourceColumn += fields[3]!;
      found.push({ line, column, sourceLine, sourceColumn });
    }
  }
  return found;
}

function numbers(text: string): number[] {
  const fields: number[] = [];
  let value = 0;
  let shift = 0;
  for (const character of text) {
    const digit = digits.get(character) ?? 0;
    value |= (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    fields.push(value & 1 ? -(value >>> 1) : value >>> 1);
    value = shift = 0;
  }
  return fields;
}

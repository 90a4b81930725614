/** Jupyter counts cursor positions in code points, JavaScript in UTF-16 units. @module */

/** UTF-16 offset of the code point with this number. */
export function utf16Offset(text: string, codePoint: number): number {
  let offset = 0;
  for (let i = 0; i < codePoint && offset < text.length; i++) offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  return offset;
}

/** Number of code points before a UTF-16 offset. */
export function codePoints(text: string, offset: number): number {
  return [...text.slice(0, offset)].length;
}

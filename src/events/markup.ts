/**
 * Text on its way into HTML or SVG.
 * @module
 */

/** Names, header fields and assumptions come from files: nothing in them may become markup. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

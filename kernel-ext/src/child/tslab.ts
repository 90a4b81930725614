/**
 * The display functions of tslab, so that notebooks written for it run here: `import * as tslab from "tslab"`.
 * Source of the interface: https://github.com/yunabe/tslab (src/public.ts).
 * @module
 */
import { createRequire } from "node:module";

import { display as show, type DisplayBundle, type DisplayHandle } from "./display.js";

/** One output that later calls replace. */
export interface Display {
  javascript(text: string): void;
  html(text: string): void;
  markdown(text: string): void;
  latex(text: string): void;
  svg(text: string): void;
  png(bytes: Uint8Array): void;
  jpeg(bytes: Uint8Array): void;
  gif(bytes: Uint8Array): void;
  pdf(bytes: Uint8Array): void;
  text(text: string): void;
  /** Any MIME type. */
  raw(contentType: string, content: string | Uint8Array): void;
}

function createDisplay(send: (bundle: DisplayBundle) => void): Display {
  // Front ends draw JSON types from objects only.
  const raw = (contentType: string, content: string | Uint8Array): void =>
    send({ [contentType]: typeof content === "string" && /[/+]json$/.test(contentType) ? JSON.parse(content) : content });
  return {
    javascript: (text) => raw("text/javascript", text),
    html: (text) => raw("text/html", text),
    markdown: (text) => raw("text/markdown", text),
    latex: (text) => raw("text/latex", text),
    svg: (text) => raw("image/svg+xml", text),
    png: (bytes) => raw("image/png", bytes),
    jpeg: (bytes) => raw("image/jpeg", bytes),
    gif: (bytes) => raw("image/gif", bytes),
    pdf: (bytes) => raw("application/pdf", bytes),
    text: (text) => raw("text/plain", text),
    raw,
  };
}

/** Each call is an output of its own. */
export const display: Display = createDisplay((bundle) => void show(bundle, { raw: true }));

/** An output that is updated in place. */
export function newDisplay(): Display {
  let handle: DisplayHandle | undefined;
  return createDisplay((bundle) => {
    if (handle === undefined) handle = show(bundle, { raw: true });
    else handle.update(bundle, { raw: true });
  });
}

const require = createRequire(import.meta.url);
const version = (specifier: string): string => (require(specifier) as { version: string }).version;

export const versions: { readonly tslab: string; readonly typescript: string; readonly node: string } = {
  /** The interface is that of this release of tslab. */
  tslab: "1.0.22",
  typescript: version("typescript/package.json"),
  node: process.versions.node,
};

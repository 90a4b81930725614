/**
 * The version of this package, as its package.json says.
 * @module
 */
import { createRequire } from "node:module";

export function packageVersion(): string {
  const manifest = createRequire(import.meta.url)("evtlab/package.json") as { readonly version: string };
  return manifest.version;
}

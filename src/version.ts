/** The version of this package, from its package.json. */
import { createRequire } from "node:module";

export const version = (createRequire(import.meta.url)("evtlab/package.json") as { version: string }).version;

// Builds the compiler process of the kernel into one file, dist/kernel-ext/src/language/compiler.cjs: Node makes snapshots of nothing else.
import { build } from "esbuild";

await build({
  entryPoints: ["dist/kernel-ext/src/language/compiler.js"], outfile: "dist/kernel-ext/src/language/compiler.cjs",
  bundle: true, platform: "node", format: "cjs", target: "node20", logLevel: "error", external: ["typescript"],
  define: { "import.meta.url": "__url" }, banner: { js: 'const __url = require("node:url").pathToFileURL(__filename).href;' },
});

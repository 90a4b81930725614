// Puts beside the compiled JavaScript what tsc does not carry.
import { copyFileSync, chmodSync, existsSync } from "node:fs";

for (const asset of ["src/wasm/kernels.wasm"]) copyFileSync(asset, `dist/${asset}`);
if (existsSync("dist/src/cli/main.js")) chmodSync("dist/src/cli/main.js", 0o755);

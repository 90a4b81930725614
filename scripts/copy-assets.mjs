// Puts beside the compiled JavaScript what tsc does not carry.
import { chmodSync, copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

const assets = [
  "src/plot/player/player.bundle.js",
  "src/wasm/kernels.wasm", "src/engine/tensor-kernels.wasm", "src/engine/gradients.cjs", "src/plot/font/OpenSans-subset.ttf", "src/plot/font/OFL.txt", "src/simulate/face/rig.bin", "src/simulate/face/RIG.md",
  ...["schema", "eckplus", "nefer", "facemorphic"].map((name) => `data-manifests/${name}.json`),
  ...["pyproject.toml", "evtlab_papermill/__init__.py", "evtlab_papermill/engine.py", "evtlab_papermill/typescript.py"].map((name) => `kernel-ext/papermill/${name}`),
];
for (const asset of assets) {
  mkdirSync(dirname(`dist/${asset}`), { recursive: true });
  copyFileSync(asset, `dist/${asset}`);
}
if (existsSync("dist/src/cli/main.js")) chmodSync("dist/src/cli/main.js", 0o755);

// A training to be killed. It runs from dist, which starts faster than what tsx reads. Prints the weights when it is through.
import { fileURLToPath, pathToFileURL } from "node:url";

const [folder, tiny] = process.argv.slice(2);
const dist = new URL("../../dist/src/", import.meta.url);
const [engine, models, train] = await Promise.all(["engine", "models", "train"].map((name) => import(fileURLToPath(new URL(`${name}/index.js`, dist)))));
const { tiny: make } = await import(pathToFileURL(tiny).href);
await engine.selectEngine("wasm");
const { task, parameters } = make({ train, models, engine }, { slow: 4 });
await train.train(task, { seed: 3, batch: 8, epochs: 60, show: false, logEvery: 1, ...(folder !== "none" && { checkpoints: { folder, every: 3 } }), monitor: { measure: "score", better: "higher" }, onProgress: ({ step }) => process.stdout.write(`step ${step}\n`) });
const weights = Object.fromEntries([...(await parameters.state())].map(([name, { data }]) => [name, Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex")]));
process.stdout.write(`${JSON.stringify(weights)}\n`);

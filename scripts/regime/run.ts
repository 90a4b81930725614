/**
 * Runs rows of the table and keeps what came of each seed: `npx tsx scripts/regime/run.ts CLIPS ROW…`
 *
 * CLIPS is the folder that `make-clips.ts` filled; pretrained encoders are kept beside the clips. A result is
 * `notebooks/ablation/ROW.json`: settings, engine, versions, and for each seed the class that each test clip was
 * taken for. Seeds that are there already are not run again. `SEEDS=2` runs no more than so many.
 * @module
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { currentEngine } from "../../src/engine/index.js";
import { fitLogistic, predictLogistic, scaled, scaleOf, type Logistic, type Rows } from "../../src/evaluate/index.js";
import { loadWeights, saveWeights, type ParameterState } from "../../src/models/index.js";
import { version } from "../../src/version.js";
import { classify } from "./classify.js";
import { classes, labelledPeople, loadClips, people, pretrainedOn, type ClipArrays } from "./clips.js";
import { pictureChange, pooledChange, pooledCounts, pooledSums, totals } from "./pooled.js";
import { pretrain } from "./pretrain.js";
import { features } from "./probe.js";
import { pretrainings, rows, type Result, type Row } from "./rows.js";

const folder = process.argv[2]!;
const here = fileURLToPath(new URL("../../notebooks/ablation/", import.meta.url));
const loaded = new Map<string, Promise<ClipArrays>>();

function clipsOf(part: "train" | "validation" | "test", input: string): Promise<ClipArrays> {
  const key = `${part} ${input}`;
  if (!loaded.has(key)) loaded.set(key, loadClips(folder, people[part], input));
  return loaded.get(key)!;
}

async function encoderOf(name: string): Promise<ParameterState> {
  const path = join(folder, `encoder-${name}.safetensors`);
  if (!existsSync(path)) {
    const { input, people: count, ...settings } = pretrainings[name]!;
    const made = await pretrain(await loadClips(folder, pretrainedOn(count), input), await clipsOf("validation", input), settings, ({ step, steps, losses, secondsLeft }) => process.stderr.write(`${name}: step ${step} of ${steps}, ${JSON.stringify(losses)}, ${secondsLeft.toFixed(0)} s left\n`));
    await saveWeights(path, made.encoder, { settings: JSON.stringify(pretrainings[name]), seconds: made.seconds.toFixed(0), unexplained: made.unexplained.toFixed(4) });
  }
  return (await loadWeights(path)).parameters;
}

async function judge(row: Row, seed: number, given: readonly number[]): Promise<Float32Array[]> {
  const [train, judged] = [await clipsOf("train", row.input), await clipsOf(row.judged ?? "test", row.input)];
  const chosen = [...train.labels.keys()].filter((clip) => given.includes(train.subjects[clip]!));
  const encoder = row.kind !== "control" && row.pretraining !== undefined ? await encoderOf(row.pretraining) : undefined;
  if (row.kind === "network") {
    const [all] = (await classify(train, chosen, [judged], encoder, { ...row.settings, seed })) as [Float32Array];
    return Array.from({ length: judged.count }, (_, clip) => all.subarray(clip * classes, (clip + 1) * classes));
  }
  if (row.kind === "control" && row.control === "majority") return Array.from({ length: judged.count }, () => Float32Array.of(1, 0, 0, 0, 0, 0, 0));
  const of = (clips: ClipArrays): Rows | Promise<Rows> => {
    if (row.kind === "linear") return features(clips, row.channels, encoder, { block: row.block, seed });
    const table = { totals, pooled: pooledSums, "pooled windows": pooledCounts, "pooled change": pooledChange, pictures: pictureChange, majority: totals };
    return table[row.control](clips, row.cells);
  };
  const own = (table: Rows): Rows => ({ features: table.features, x: Float64Array.from(chosen.flatMap((clip) => [...table.x.subarray(clip * table.features, (clip + 1) * table.features)])) });
  const learnt = own(await of(train));
  const scale = scaleOf(learnt);
  const validation = await clipsOf("validation", row.input);
  const [rowsOfTrain, rowsOfValidation, labels] = [scaled(learnt, scale), scaled(await of(validation), scale), chosen.map((clip) => train.labels[clip]!)];
  let best = { right: -1, model: undefined as Logistic | undefined };
  let model: Logistic | undefined;
  for (const C of penalties) {
    model = fitLogistic(rowsOfTrain, labels, { C, classes, ...(model !== undefined && { start: model }) });
    const right = predictLogistic(model, rowsOfValidation).filter((said, clip) => indexOfMost(said) === validation.labels[clip]).length;
    if (right > best.right) best = { right, model };
  }
  return predictLogistic(best.model!, scaled(await of(judged), scale));
}

/** Inverse strengths of the penalty, of which each fit takes the best on validation people. */
const penalties = [1e-3, 1e-2, 1e-1, 1];

const indexOfMost = (values: Float32Array): number => values.indexOf(Math.max(...values));

async function run(name: string): Promise<void> {
  const row = rows[name];
  if (row === undefined) throw new Error(`expected one of ${Object.keys(rows).join(", ")}, received "${name}"`);
  const { name: engine } = await currentEngine();
  const path = join(here, `${name}.json`);
  const pretraining = row.kind !== "control" && row.pretraining !== undefined ? pretrainings[row.pretraining] : undefined;
  let result: Result = existsSync(path)
    ? (JSON.parse(readFileSync(path, "utf8")) as Result)
    : { row: name, settings: row, ...(pretraining !== undefined && { pretraining }), engine, version, judged: { subjects: people[row.judged ?? "test"] }, seeds: [] };
  const wanted = Math.min(row.seeds, Number(process.env["SEEDS"] ?? row.seeds));
  const first = row.judged === "validation" ? 101 : 1;
  for (let seed = first; seed < first + wanted; seed++) {
    if (result.seeds.some((one) => one.seed === seed)) continue;
    const started = performance.now();
    const labelled = labelledPeople(seed, row.labelled);
    const said = await judge(row, seed, labelled);
    const digits = said.map(indexOfMost).join("");
    const seconds = Number(((performance.now() - started) / 1000).toFixed(1));
    result = { ...result, seeds: [...result.seeds, { seed, labelled, seconds, said: digits }] };
    mkdirSync(here, { recursive: true });
    writeFileSync(`${path}.${process.pid}`, `${JSON.stringify(result)}\n`);
    renameSync(`${path}.${process.pid}`, path);
    const right = [...digits].filter((digit, clip) => Number(digit) === clip % classes).length;
    process.stdout.write(`${name} seed ${seed}: ${((100 * right) / digits.length).toFixed(1)} % in ${seconds} s\n`);
  }
}

for (const name of process.argv.slice(3)) await run(name);

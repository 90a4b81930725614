/**
 * Compares a copy of a data set with its manifest.
 * @module
 */
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { openRecording, streamEvents } from "../codecs/index.js";
import { checkOptions } from "../errors.js";
import { withBar } from "../progress/work.js";
import { readPicture } from "../simulate/index.js";
import { compilePattern, takeInventory, type Inventory } from "./inventory.js";
import { layouts } from "./make/layouts.js";
import { madePlan, sensorOf, type MadePlan } from "./made.js";
import { manifest as manifestOf, type DatasetName, type Manifest } from "./manifest.js";
import { finding, type ClipRecord, type DataFinding } from "./read/reader.js";
import { readers } from "./read/readers.js";
import { DataReport } from "./report.js";

export interface CheckOptions {
  /** Decode all events and pictures, not only the headers of recordings: as long as reading all of it takes. */
  readonly deep?: boolean;
  readonly signal?: AbortSignal;
  /** Recordings whose header was read, of how many; none before the folders are read. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/**
 * What is missing, extra, different or unreadable in a copy of a data set, a sentence each.
 *
 * ```ts
 * const { ok, findings } = await checkDataset("nefer", "/data/NEFER");
 * ```
 * @throws SourceError when the folder cannot be read, OptionError
 */
export async function checkDataset(name: DatasetName, root: string, options: CheckOptions = {}): Promise<DataReport> {
  checkOptions("checkDataset", options, ["deep", "signal", "onProgress"]);
  const { deep = false, signal } = options;
  const manifest = manifestOf(name);
  const plan = await madePlan(root, name);
  const empty: string[] = [];
  const faulty = new Map<string, string>();
  const visit = async (path: string): Promise<void> => {
    const file = join(root, path);
    const size = await stat(file).then((found) => found.size, () => undefined);
    // A made data set of few people has no validation part: its lists are empty.
    if (size === 0 && !(plan && path.startsWith("annotations/"))) empty.push(path);
    else if (size === 0) return;
    else if (size === undefined) faulty.set(path, "cannot be opened");
    else if (deep && /\.(png|jpg)$/.test(path)) await readPicture(file).catch((error: Error) => faulty.set(path, error.message));
  };
  const inventory = await takeInventory(root, manifest, { signal, visit });
  const { records, findings } = await readers[name].records(inventory, manifest);
  const all: DataFinding[] = [];
  if (records.length === 0) all.push(nothingFound(root, manifest, inventory));
  else {
    all.push(...(plan ? findings.filter(({ kind }) => kind !== "different") : findings), ...(plan ? missingOfPlan(plan, inventory) : countsOff(records, manifest)), ...incomplete(records, manifest, inventory));
    await withBar({ title: `checking ${basename(root)}`, unit: "clips", state: (progress) => progress }, options.onProgress, (onProgress) => readHeaders(records, { root, name, manifest, plan, deep, empty, faulty, signal, onProgress }));
  }
  all.push(...unreadable(inventory, empty, faulty));
  all.push(...extras(inventory));
  const kinds = manifest.layout.files.filter(({ made }) => made !== true || plan !== undefined);
  const count = (kind: string): number => [...inventory.files.get(kind)!.values()].reduce((sum, file) => sum + file.count, 0);
  return new DataReport({
    dataset: name,
    title: manifest.title,
    root,
    made: plan !== undefined,
    subjects: new Set(records.map(({ subject }) => subject)).size,
    clips: records.length,
    files: Object.fromEntries(kinds.map(({ kind }) => [kind, count(kind)])),
    without: records.length === 0 ? [] : kinds.filter(({ kind, required }) => required !== true && count(kind) === 0).map(({ what }) => what),
    findings: all,
    ok: all.every(({ kind }) => kind === "extra"),
  });
}

/** No recording at all: perhaps a folder too high or too low was named. */
function nothingFound(root: string, { title, layout, access }: Manifest, { extra }: Inventory): DataFinding {
  const events = layout.files.find(({ kind }) => kind === "events")!;
  const within = compilePattern(events, layout.fields, "^(?<above>.*?)/");
  const below = extra.map((path) => within.exec(path)?.groups?.["above"]).find((folder) => folder !== undefined);
  if (below !== undefined) return { kind: "missing", paths: [], message: `No recordings of ${title} are where they belong, but there are some below ${below}. Name that folder: ${join(root, below)}.` };
  for (let up = dirname(resolve(root)), left = resolve(root).slice(up.length + 1), i = 0; i < 3; i++) {
    const pattern = compilePattern(events, layout.fields);
    if (extra.some((path) => pattern.test(`${left}/${path}`))) return { kind: "missing", paths: [], message: `The folder is a part of ${title}. Name the folder above: ${up}.` };
    left = `${up.slice(dirname(up).length + 1)}/${left}`;
    up = dirname(up);
  }
  return { kind: "missing", paths: [], message: `The folder holds no recordings of ${title} (${events.pattern})${extra.length === 0 ? ", and no other files either" : ""}. ${access.how}` };
}

/** Exactly what is not there, for a data set whose clips are known by name. */
function missingOfPlan(plan: MadePlan, { files }: Inventory): DataFinding[] {
  const there = new Set([...files.values()].flatMap((kind) => [...kind.values()].map(({ path }) => path)));
  const missing = layouts[plan.dataset].tasks(plan).map(({ whole }) => whole).filter((path) => !there.has(path));
  return finding("missing", missing, (list) => `Clips that were not made yet: ${list}. The command that made the others (evtlab data make) goes on where it stopped.`);
}

/** Where the numbers of clips are not those of the manifest. */
function countsOff(records: readonly ClipRecord[], { title, counts, layout }: Manifest): DataFinding[] {
  const sentences: { kind: "missing" | "extra"; message: string }[] = [];
  const compare = (what: string, found: number, expected: number, advice: string): void => {
    if (found < expected) sentences.push({ kind: "missing", message: `${expected - found} of ${expected} ${what} are missing. ${advice}` });
    if (found > expected) sentences.push({ kind: "extra", message: `${found} ${what}, ${found - expected} more than ${title} has.` });
  };
  const advice = `Copy again what is missing; readers work with the ${records.length} clips that are there.`;
  if (counts.parts === undefined) compare("clips", records.length, counts.clips, advice);
  else {
    for (const [part, sets] of Object.entries(counts.parts)) {
      for (const [set, classes] of Object.entries(sets)) {
        for (const [label, expected] of Object.entries(classes)) {
          const found = records.filter((record) => sideOf(record.part) === part && record.labels[set] === label).length;
          compare(`clips of ${part} that are ${set === "expression" ? "" : `${set} `}${label}`, found, expected, advice);
        }
      }
    }
    const labelled = Object.values(counts.parts).reduce((sum, sets) => sum + Object.values(Object.values(sets)[0]!).reduce((a, b) => a + b, 0), 0);
    if (counts.clips > labelled) compare("recordings", records.length, counts.clips, "Some of them have no label and are not needed for training.");
  }
  compare("people", new Set(records.map(({ subject }) => subject)).size, counts.subjects, `The number is from: ${counts.source} The layout is that of ${layout.source}.`);
  return sentences.map((sentence) => ({ ...sentence, paths: [] }));
}

const sideOf = (part: string | undefined): string | undefined => (part === "Train_Set" ? "train" : part === "Test_Set" ? "test" : part);

/** What a clip has besides its events, by the kind of file. */
const companions = { frames: "frames", boxes: "box", annotation: "annotation" } as const satisfies Readonly<Record<string, keyof ClipRecord>>;

/** Clips that lack what other clips have. */
function incomplete(records: readonly ClipRecord[], { layout, labels }: Manifest, { files }: Inventory): DataFinding[] {
  const classes = new Set(labels.classes.map(({ name }) => name));
  const wanted = records.filter((record) => record.part !== undefined && Object.values(record.labels).some((label) => classes.has(label)));
  return Object.entries(companions).flatMap(([kind, field]) => {
    if ((files.get(kind)?.size ?? 0) === 0) return [];
    const lacking = wanted.filter((record) => record[field] === undefined).map(({ id }) => id);
    const { pattern } = layout.files.find((file) => file.kind === kind)!;
    return finding("missing", lacking, (list) => `Clips without ${kind} (${pattern}), which others have: ${list}. Copy them again; readers pass over what is not there.`);
  });
}

interface Headers {
  readonly root: string;
  readonly name: DatasetName;
  readonly manifest: Manifest;
  readonly plan: MadePlan | undefined;
  readonly deep: boolean;
  readonly empty: readonly string[];
  readonly faulty: Map<string, string>;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: CheckOptions["onProgress"] | undefined;
}

/** Opens each recording, and reads the small files beside it. */
async function readHeaders(records: readonly ClipRecord[], { root, name, manifest, plan, deep, empty, faulty, signal, onProgress }: Headers): Promise<void> {
  const open = { ...readers[name].open(sensorOf(plan, manifest)), ...(signal && { signal }) };
  const skip = new Set(empty);
  for (const [i, { events, annotation }] of records.entries()) {
    signal?.throwIfAborted();
    if (!skip.has(events)) {
      try {
        if (deep) for await (const batch of streamEvents(join(root, events), open)) void batch;
        else await openRecording(join(root, events), open).then((recording) => recording.close());
      } catch (error) {
        signal?.throwIfAborted();
        faulty.set(events, (error as Error).message);
      }
    }
    if (annotation !== undefined && !skip.has(annotation)) {
      await readFile(join(root, annotation), "utf8").then((text) => void JSON.parse(text)).catch((error: Error) => faulty.set(annotation, error.message));
    }
    onProgress?.({ done: i + 1, total: records.length });
  }
}

function unreadable({ unreadableFolders }: Inventory, empty: readonly string[], faulty: ReadonlyMap<string, string>): DataFinding[] {
  return [
    ...finding("unreadable", unreadableFolders.map(({ path }) => path), (list) => `Folders that cannot be read: ${list}. Look at their permissions.`),
    ...finding("unreadable", empty, (list) => `Empty files: ${list}. A copy was cut off: copy them again.`),
    ...[...faulty].slice(0, 20).map(([path, reason]): DataFinding => ({ kind: "unreadable", paths: [path], message: `${path} cannot be read: ${reason} Copy it again, or pass over it with { onError: "skip" }.` })),
    ...finding("unreadable", [...faulty.keys()].slice(20), (list) => `More files that cannot be read: ${list}.`),
  ];
}

function extras({ extra, extras }: Inventory): DataFinding[] {
  if (extras === 0) return [];
  const shown = extra.slice(0, 3).join(", ");
  return [{ kind: "extra", paths: extra.slice(0, 100), message: `${extras} ${extras === 1 ? "file" : "files"} that the layout does not know: ${shown}${extras > 3 ? " and more" : ""}. Readers leave them alone.` }];
}

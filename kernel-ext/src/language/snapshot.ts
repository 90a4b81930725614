/**
 * A file with the heap of a compiler that has read the usual types: a process that starts from it works after a fraction
 * of the time. It is made once for each version of Node and of this package, and is a cache: without it the compiler starts
 * as any program does.
 * @module
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const compiler = fileURLToPath(new URL("./compiler.cjs", import.meta.url));
const typescript = createRequire(import.meta.url).resolve("typescript");
/** Less memory, and no slower. They belong to the snapshot: V8 refuses one that was made with others. */
const flags = ["--max-semi-space-size=8"];
/** One of this age in milliseconds, half made, was given up. */
const stale = 120_000;
/** Snapshots of other versions, the oldest of which goes. */
const most = 3;

function place(): string {
  const stamp = (file: string): unknown[] => [file, statSync(file).mtimeMs, statSync(file).size];
  const made = JSON.stringify([process.version, process.arch, ...stamp(process.execPath), ...stamp(compiler), ...stamp(typescript), flags]);
  const folder = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "evtlab", "compiler");
  return join(folder, `${createHash("sha256").update(made).digest("hex").slice(0, 32)}.blob`);
}

/** Environment of the compiler: what the user tells Node is for the cells. */
function environment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...rest } = process.env;
  return { ...rest, EVTLAB_TYPESCRIPT: typescript };
}

/** How the compiler is started, `fromSnapshot` if there is one. */
export function compilerCommand(fromSnapshot: boolean): { readonly args: readonly string[]; readonly cwd: string; readonly env: NodeJS.ProcessEnv } {
  const common = { cwd: dirname(compiler), env: environment() };
  if (fromSnapshot) {
    const blob = place();
    try {
      utimesSync(blob, new Date(), new Date());
      return { ...common, args: [...flags, "--snapshot-blob", blob, compiler] };
    } catch {
      // There is none.
    }
  }
  return { ...common, args: [...flags, compiler] };
}

/** Has the snapshot made by a process of its own, which goes on when this one ends. */
export function orderSnapshot(): void {
  if (age(place()) === Infinity) spawn(process.execPath, [fileURLToPath(new URL("./make-snapshot.js", import.meta.url))], { detached: true, stdio: "ignore" }).unref();
}

/** Makes the snapshot unless it is there, or is being made. */
export function makeSnapshot(): void {
  const blob = place();
  const unfinished = `${blob}.unfinished`;
  if (age(blob) < Infinity || age(unfinished) < stale) return;
  const folder = dirname(blob);
  mkdirSync(folder, { recursive: true });
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished);
  const made = join(unfinished, "blob");
  spawnSync(process.execPath, [...flags, "--snapshot-blob", made, "--build-snapshot", compiler], { env: environment(), stdio: "ignore" });
  if (age(made) < Infinity) renameSync(made, blob);
  rmSync(unfinished, { recursive: true, force: true });
  const blobs = readdirSync(folder).filter((name) => name.endsWith(".blob")).map((name) => join(folder, name));
  for (const old of blobs.toSorted((a, b) => age(a) - age(b)).slice(most)) rmSync(old, { force: true });
}

/** Milliseconds since a file was written; Infinity when there is none. */
function age(file: string): number {
  return Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? -Infinity);
}

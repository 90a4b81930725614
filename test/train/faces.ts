/** Clips of three synthetic people, small and short, made once a run of the tests. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dataset, type Dataset } from "../../src/data/index.js";

let made: Promise<{ readonly folder: string; readonly faces: Dataset }> | undefined;

export function smallFaces(): Promise<{ readonly folder: string; readonly faces: Dataset }> {
  made ??= (async () => {
    const folder = await mkdtemp(join(tmpdir(), "evtlab-faces-"));
    const faces = await dataset("eckplus", { root: join(folder, "faces"), made: { subjects: 3, width: 48, height: 36, difficulty: { length: [0.15, 0.2] }, seed: 3, workers: 0 } });
    return { folder, faces };
  })();
  return made;
}

export async function removeFaces(): Promise<void> {
  const before = made;
  made = undefined;
  if (before) await rm((await before).folder, { recursive: true, force: true });
}

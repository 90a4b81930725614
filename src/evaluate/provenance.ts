/**
 * What a result depends on besides the methods: the data and the engine.
 * @module
 */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Dataset } from "../data/index.js";
import { currentEngine } from "../engine/index.js";
import type { ReportData, ReportOfData } from "./report/data.js";

/** The data set with a digest that changes with its manifest, its clips, their labels, and the sizes of their files. */
export async function describeData(faces: Dataset): Promise<ReportOfData> {
  const hash = createHash("sha256").update(JSON.stringify(faces.manifest)).update(faces.labelSet);
  for (const { id, subject, label, files } of faces) {
    const { size } = await stat(files.events).catch(() => ({ size: -1 }));
    hash.update(JSON.stringify([id, subject, label ?? null, size]));
  }
  return { name: faces.manifest.name, title: faces.manifest.title, root: faces.root, made: faces.made, labels: faces.labelSet, clips: faces.length, subjects: faces.subjects.length, digest: hash.digest("hex") };
}

/** The tensor engine that methods find when they do not choose another one. */
export async function engineInUse(): Promise<ReportData["engine"]> {
  const { name, version: ofEngine, device } = await currentEngine();
  const threads = name === "cpu" ? 1 : name === "wasm" ? (createRequire(import.meta.url)("@tensorflow/tfjs-backend-wasm") as { getThreadsCount(): number }).getThreadsCount() : "not known";
  return { name, version: ofEngine, device, threads };
}

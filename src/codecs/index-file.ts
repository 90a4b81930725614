/**
 * The index of a recording as a file beside it, and in memory for as long as the process lives.
 *
 * A line `evtlab-index 2 <SHA-256 of the rest>`, then JSON. It is used while the recording has the size, the time of
 * change and the first and last 64 KiB that it had; otherwise, or when the file is damaged, the index is made anew.
 * Where no file can be written beside the recording, the index lives in memory alone.
 * @module
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileSink, type ByteSource } from "../bytes/index.js";
import { isEvtlabError } from "../errors.js";
import type { DecodeOptions, ReadFromOptions } from "./codec.js";
import type { Opened } from "./opened.js";
import { buildIndex, type TimeIndex } from "./time-index.js";

const version = 2;
const edgeBytes = 65536;
const remembered = 16;

/** The index of the recordings of late, the one used last behind the others. */
const inMemory = new Map<string, TimeIndex | undefined>();

/** Path of the index of a recording. */
export function indexPath(recording: string): string {
  return `${recording}.evtlab-index`;
}

/** The index of an opened recording: as it was kept, or made now and kept. `undefined` for one without events. */
export async function timeIndex(opened: Opened, options: ReadFromOptions): Promise<TimeIndex | undefined> {
  const { source, codec } = opened;
  if (!source.file || source.size === undefined) return buildIndex(opened, options);
  const { path, modified } = source.file;
  const variant = variantOf(options);
  const key = JSON.stringify([path, source.size, String(modified), codec.name, variant]);
  if (inMemory.has(key)) return remember(key, inMemory.get(key));

  // The file has the index as it is without options; others are for this process alone.
  const fingerprint = variant === "{}" ? { format: codec.name, size: source.size, modified: String(modified), edges: await edgeDigest(source) } : undefined;
  const kept = fingerprint && (await load(indexPath(path), fingerprint));
  if (kept) return remember(key, kept);
  const index = await buildIndex(opened, options);
  if (fingerprint && index && index.entries.length > 0) await save(indexPath(path), fingerprint, index);
  return remember(key, index);
}

function remember(key: string, index: TimeIndex | undefined): TimeIndex | undefined {
  inMemory.delete(key);
  inMemory.set(key, index);
  for (const oldest of inMemory.keys()) {
    if (inMemory.size <= remembered) break;
    inMemory.delete(oldest);
  }
  return index;
}

/** The options that change which events there are, what their times are, or what a decoder remembers. */
function variantOf({ sensor, shift, timeUnit, camera, vectors }: DecodeOptions): string {
  return JSON.stringify({ sensor, shift: shift || undefined, timeUnit, camera, vectors: vectors === "word" ? undefined : vectors });
}

interface Fingerprint {
  readonly format: string;
  readonly size: number;
  readonly modified: string;
  readonly edges: string;
}

async function edgeDigest(source: ByteSource): Promise<string> {
  const edge = new Uint8Array(edgeBytes);
  const hash = createHash("sha256");
  for (const position of [0, Math.max(0, source.size! - edgeBytes)]) {
    hash.update(edge.subarray(0, await source.read(edge, position)));
  }
  return hash.digest("hex");
}

async function save(path: string, fingerprint: Fingerprint, index: TimeIndex): Promise<void> {
  const body = JSON.stringify({ fingerprint, index }, function (this: Readonly<Record<string, unknown>>, key, value: unknown) {
    // A Buffer has been turned into an object of its own before it comes here.
    const bytes = this[key];
    if (bytes instanceof Uint8Array) return { bytes: Buffer.from(bytes).toString("base64") };
    return typeof value === "bigint" ? { bigint: String(value) } : value;
  });
  const file = Buffer.from(`evtlab-index ${version} ${sha256(body)}\n${body}`);
  try {
    const sink = await fileSink(path);
    try {
      await sink.write(file);
      await sink.close();
    } catch (error) {
      await sink.abort();
      throw error;
    }
  } catch (error) {
    if (!isEvtlabError(error, "SourceError")) throw error;
  }
}

async function load(path: string, fingerprint: Fingerprint): Promise<TimeIndex | undefined> {
  const text = await readFile(path, "utf8").catch(() => "");
  const [, body] = /^evtlab-index 2 [0-9a-f]{64}\n([^]*)$/.exec(text) ?? [];
  if (body === undefined || text.split(" ", 3)[2].slice(0, 64) !== sha256(body)) return undefined;
  const kept = JSON.parse(body, (_key, value: unknown) => {
    if (typeof value !== "object" || value === null) return value;
    if ("bigint" in value) return BigInt(value.bigint as string);
    if ("bytes" in value) return new Uint8Array(Buffer.from(value.bytes as string, "base64"));
    return value;
  }) as { fingerprint: Fingerprint; index: TimeIndex };
  return JSON.stringify(kept.fingerprint) === JSON.stringify(fingerprint) ? kept.index : undefined;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

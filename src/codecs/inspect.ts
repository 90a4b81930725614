import { createHash } from "node:crypto";
import type { BytesLike } from "../bytes/index.js";
import type { Seen } from "./codec.js";
import { describe, openBytes, openOptionNames, type OpenOptions } from "./opened.js";

export interface InspectOptions extends OpenOptions {
  /** Also compute the SHA-256 of each column. Default false. */
  readonly digest?: boolean;
}

/** What a recording holds. */
export interface RecordingSummary {
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly events: number;
  /** Events with p = 1. */
  readonly on: number;
  /** Time of the first and of the last event in the file, in microseconds; 0 when there are none. */
  readonly tFirst: bigint;
  readonly tLast: bigint;
  /** Trigger edges. */
  readonly triggers: number;
  /** SHA-256 of each column as little-endian int64, uint16, uint16, uint8. */
  readonly digest?: { readonly t: string; readonly x: string; readonly y: string; readonly p: string };
  readonly header: Readonly<Record<string, string>>;
  readonly assumptions: readonly string[];
}

/**
 * Reads a recording once, in memory that does not grow with it, and says what it holds.
 * @throws FormatError when no codec recognises the bytes.
 * @throws DecodeError at a fault in the bytes, unless `onError` is "skip".
 */
export async function inspect(from: BytesLike, options: InspectOptions = {}): Promise<RecordingSummary> {
  const { digest = false, ...decode } = options;
  const recording = await openBytes("inspect", from, decode, [...openOptionNames, "digest"]);
  const { source, codec, info } = recording;
  const hashes = digest ? { t: sha256(), x: sha256(), y: sha256(), p: sha256() } : undefined;
  let seen: Seen | undefined;
  let skipped = 0;
  let events = 0;
  let on = 0;
  let tFirst: bigint | undefined;
  let tLast = 0n;
  let triggers = 0;
  try {
    const onSkip: OpenOptions["onSkip"] = (fault) => {
      skipped++;
      decode.onSkip?.(fault);
    };
    for await (const batch of codec.read(source, { ...decode, onSkip })) {
      const { t, x, y, p } = batch.columns;
      seen = batch.seen;
      triggers += batch.triggers.t.length;
      if (t.length > 0) {
        tFirst ??= t[0];
        tLast = t[t.length - 1];
        events += t.length;
        for (let i = 0; i < p.length; i++) on += p[i];
        hashes?.t.update(t);
        hashes?.x.update(x);
        hashes?.y.update(y);
        hashes?.p.update(p);
      }
      decode.onProgress?.({ bytesRead: batch.bytesRead, size: source.size, events });
    }
  } finally {
    await recording.close();
  }
  const { sensor, provenance } = describe(recording, decode, seen, skipped);
  return {
    format: info.format,
    ...sensor,
    events,
    on,
    tFirst: tFirst ?? 0n,
    tLast,
    triggers,
    ...(hashes && {
      digest: { t: hashes.t.digest("hex"), x: hashes.x.digest("hex"), y: hashes.y.digest("hex"), p: hashes.p.digest("hex") },
    }),
    header: info.header,
    assumptions: provenance.assumptions,
  };
}

function sha256() {
  return createHash("sha256");
}

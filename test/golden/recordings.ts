/** The real recordings that lie beside a checkout, with the digests that independent readers agree on. */
import { existsSync, readFileSync } from "node:fs";

export const recordings = "../shared/data/recordings";
const digests = "../shared/data/goldens/recordings_digest.json";

export interface GoldenRecording {
  readonly format: string;
  readonly events: number;
  readonly t_min: number;
  readonly t_max: number;
  readonly p1: number;
  readonly triggers: number;
  readonly sha256: { readonly t_i64: string; readonly x_u16: string; readonly y_u16: string; readonly p_u8: string };
}

/** `undefined` where there are none: the tests that need them are skipped visibly. */
export const goldens: Readonly<Record<string, GoldenRecording>> | undefined =
  existsSync(recordings) && existsSync(digests)
    ? (JSON.parse(readFileSync(digests, "utf8")) as { files: Record<string, GoldenRecording> }).files
    : undefined;

/**
 * The frames of a recording, within bounds of memory.
 * @module
 */
import type { Recording } from "../../codecs/index.js";
import { isEvtlabError } from "../../errors.js";
import type { Frame } from "../../events/schema.js";

const mostBytes = 256 * 2 ** 20;

/** The frames of [from, to), every second left out whenever they grow beyond 256 MiB; none where the format has none. */
export async function recordedFrames(recording: Recording, from: bigint, to: bigint): Promise<readonly Frame[]> {
  let kept: Frame[] = [];
  let bytes = 0;
  let every = 1;
  let number = 0;
  try {
    for await (const frame of recording.frames()) {
      if (frame.t >= to) break;
      if (frame.t < from || number++ % every !== 0) continue;
      kept.push({ ...frame, data: frame.data.slice() });
      bytes += frame.data.byteLength;
      if (bytes <= mostBytes) continue;
      kept = kept.filter((_, i) => i % 2 === 0);
      every *= 2;
      bytes = kept.reduce((sum, { data }) => sum + data.byteLength, 0);
    }
  } catch (error) {
    if (!isEvtlabError(error, "FormatError")) throw error;
  }
  return kept;
}

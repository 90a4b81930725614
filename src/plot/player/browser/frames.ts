/**
 * Pictures recorded with the events, decoded shortly before they are shown.
 * @module
 */
import { firstWhere } from "../../../events/first-where.js";

export interface FrameSource {
  /** Times, in order. */
  readonly times: ArrayLike<number>;
  /** The picture of that number if it is decoded; asks for it otherwise. */
  get(index: number): ImageBitmap | undefined;
  /** Set by the player: a picture has come. */
  onFrame: () => void;
  dispose(): void;
}

const kept = 12;

/** Frames from JPEG bytes, which `bytes` makes or fetches. */
export function embeddedFrames(frames: readonly { readonly t: number; bytes(): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>> }[]): FrameSource {
  const decoded = new Map<number, ImageBitmap | undefined>();
  let gone = false;

  async function decode(index: number): Promise<void> {
    decoded.set(index, undefined);
    try {
      const bitmap = await createImageBitmap(new Blob([await frames[index]!.bytes()], { type: "image/jpeg" }));
      if (gone) return bitmap.close();
      decoded.set(index, bitmap);
      for (const [old, picture] of decoded) {
        if (decoded.size <= kept) break;
        if (picture === undefined || old === index) continue;
        picture.close();
        decoded.delete(old);
      }
      source.onFrame();
    } catch {
      // A damaged picture stays away; the events play on.
    }
  }

  const source: FrameSource = {
    times: frames.map(({ t }) => t),
    get(index) {
      for (const wanted of [index, index + 1]) {
        if (wanted < frames.length && !decoded.has(wanted)) void decode(wanted);
      }
      const found = decoded.get(index);
      if (found) {
        // The order of the map is that of use.
        decoded.delete(index);
        decoded.set(index, found);
      }
      return found;
    },
    onFrame: () => {},
    dispose() {
      gone = true;
      for (const picture of decoded.values()) picture?.close();
      decoded.clear();
    },
  };
  return source;
}

/** Number of the last frame at or before `time`; the first one before it; −1 without frames. */
export function frameAt(times: ArrayLike<number>, time: number): number {
  return times.length === 0 ? -1 : Math.max(0, firstWhere(0, times.length, (i) => times[i]! > time) - 1);
}

import { encodeJpeg } from "../../bytes/jpeg.js";
import type { Frame } from "../../events/schema.js";
import { OptionError } from "../../errors.js";
import type { PayloadFrame } from "./payload.js";

const mostFrames = 240;
const longestSide = 640;

/** The frames of [from, to) as small JPEG pictures; a sentence when some are left out. */
export async function jpegFrames(
  frames: readonly Frame[],
  origin: bigint,
  from: number,
  to: number,
): Promise<{ readonly frames: readonly PayloadFrame[]; readonly note: string | undefined }> {
  const timed = frames.map((frame) => ({ frame, t: Number(frame.t - origin) }));
  timed.forEach(({ t }, i) => {
    if (i > 0 && t < timed[i - 1]!.t) throw new OptionError({ where: `plot.play: frames[${i}]`, expected: "frames in order of time", received: "one before the one before it" });
  });
  // The last frame before the events stands until the next one.
  const first = Math.max(0, timed.findLastIndex(({ t }) => t <= from));
  const inside = timed.slice(first).filter(({ t }) => t < to);
  const chosen = inside.length <= mostFrames ? inside : Array.from({ length: mostFrames }, (_, i) => inside[Math.floor((i * inside.length) / mostFrames)]!);
  const packed: PayloadFrame[] = [];
  for (const { frame, t } of chosen) packed.push({ t, jpeg: Buffer.from(await toJpeg(frame)).toString("base64") });
  return {
    frames: packed,
    note: chosen.length < inside.length ? `${chosen.length} of ${inside.length} frames.` : undefined,
  };
}

/** JPEG bytes of a frame, reduced so that its longer side has at most 640 pixels. */
export async function toJpeg({ width, height, channels, data }: Frame): Promise<Uint8Array> {
  const step = Math.ceil(Math.max(width, height) / longestSide);
  const smaller = { width: Math.ceil(width / step), height: Math.ceil(height / step) };
  const kept = channels === 1 ? 1 : 3;
  const bytes = new Uint8Array(kept * smaller.width * smaller.height);
  const shift = data instanceof Uint16Array ? 8 : 0;
  for (let y = 0; y < smaller.height; y++) {
    for (let x = 0; x < smaller.width; x++) {
      const pixel = kept * (y * smaller.width + x);
      const [endX, endY] = [Math.min(width, (x + 1) * step), Math.min(height, (y + 1) * step)];
      for (let channel = 0; channel < kept; channel++) {
        let sum = 0;
        for (let row = y * step; row < endY; row++) {
          for (let column = x * step; column < endX; column++) sum += data[(row * width + column) * channels + channel]!;
        }
        bytes[pixel + channel] = Math.round(sum / ((endX - x * step) * (endY - y * step))) >> shift;
      }
    }
  }
  return encodeJpeg({ ...smaller, channels: kept, data: bytes }, 82);
}

import jpeg from "jpeg-js";
import type { Frame } from "../../events/schema.js";
import { OptionError } from "../../errors.js";
import type { PayloadFrame } from "./payload.js";

const mostFrames = 240;
const longestSide = 640;

/** The frames of [from, to) as small JPEG pictures; a sentence when some are left out. */
export function jpegFrames(frames: readonly Frame[], origin: bigint, from: number, to: number): { readonly frames: readonly PayloadFrame[]; readonly note: string | undefined } {
  const timed = frames.map((frame) => ({ frame, t: Number(frame.t - origin) }));
  timed.forEach(({ t }, i) => {
    if (i > 0 && t < timed[i - 1]!.t) throw new OptionError({ where: `plot.play: frames[${i}]`, expected: "frames in order of time", received: "one before the one before it" });
  });
  // The last frame before the events stands until the next one.
  const first = Math.max(0, timed.findLastIndex(({ t }) => t <= from));
  const inside = timed.slice(first).filter(({ t }) => t < to);
  const chosen = inside.length <= mostFrames ? inside : Array.from({ length: mostFrames }, (_, i) => inside[Math.floor((i * inside.length) / mostFrames)]!);
  return {
    frames: chosen.map(({ frame, t }) => ({ t, jpeg: Buffer.from(toJpeg(frame)).toString("base64") })),
    note: chosen.length < inside.length ? `${chosen.length} of ${inside.length} frames.` : undefined,
  };
}

/** JPEG bytes of a frame, reduced so that its longer side has at most 640 pixels. */
export function toJpeg({ width, height, channels, data }: Frame): Uint8Array {
  const step = Math.ceil(Math.max(width, height) / longestSide);
  const smaller = { width: Math.ceil(width / step), height: Math.ceil(height / step) };
  const rgba = new Uint8Array(4 * smaller.width * smaller.height);
  const shift = data instanceof Uint16Array ? 8 : 0;
  for (let y = 0; y < smaller.height; y++) {
    for (let x = 0; x < smaller.width; x++) {
      const pixel = 4 * (y * smaller.width + x);
      const [endX, endY] = [Math.min(width, (x + 1) * step), Math.min(height, (y + 1) * step)];
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let row = y * step; row < endY; row++) {
          for (let column = x * step; column < endX; column++) sum += data[(row * width + column) * channels + (channels === 1 ? 0 : channel)]!;
        }
        rgba[pixel + channel] = Math.round(sum / ((endX - x * step) * (endY - y * step))) >> shift;
      }
      rgba[pixel + 3] = 255;
    }
  }
  return jpeg.encode({ ...smaller, data: rgba }, 82).data;
}

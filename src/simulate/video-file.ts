/**
 * Video files, by FFmpeg: the optional package node-av, loaded when the first file is opened.
 * @module
 */
import type { Frame as VideoFrame } from "node-av";
import { FormatError, MissingError, SourceError } from "../errors.js";
import type { IntensityFrame } from "./light.js";

type NodeAv = typeof import("node-av");

/** What a file says of its pictures. */
export interface VideoInfo {
  readonly width: number;
  readonly height: number;
  /** Pictures in the file, where it says so. */
  readonly frames: number | undefined;
  /** Pictures a second on average, where it says so. */
  readonly rate: number | undefined;
}

/**
 * The pictures of a video, grey, at the presentation times of the container: whole numbers of its time base, turned
 * into microseconds with their fraction.
 *
 * Grey is the luma that the file stores (BT.601, BT.709 or whatever it was coded with; nothing is converted back and
 * forth through RGB), stretched from 16–235 to 0–255 where the file says limited range or nothing. Values keep their
 * fraction. Formats other than 8-bit YUV go through FFmpeg's own conversion to grey.
 * @throws MissingError without node-av, SourceError when the file cannot be opened, FormatError when it holds no video
 * or cannot be decoded.
 */
export async function* readVideoFile(path: string): AsyncGenerator<IntensityFrame> {
  const av = await load();
  const { input, stream } = await open(av, path);
  try {
    const decoder = await av.Decoder.create(stream).catch((cause: unknown) => {
      throw notDecoded(path, cause);
    });
    const scaler = new av.Scaler();
    try {
      const { num, den } = stream.timeBase;
      for await (const frame of decoder.frames(input.packets(stream.index))) {
        if (!frame) continue;
        const { bestEffortTimestamp: pts, width, height } = frame;
        const data = grey(frame) ?? Float32Array.from(scaler.toBufferSync(frame, { format: "gray" }));
        frame.free();
        yield { t: (Number(pts) * num * 1e6) / den, width, height, data };
      }
    } catch (cause) {
      throw notDecoded(path, cause);
    } finally {
      scaler[Symbol.dispose]();
      decoder.close();
    }
  } finally {
    await input.close();
  }
}

/** Size and number of pictures, without decoding. @throws as {@link readVideoFile}. */
export async function videoInfo(path: string): Promise<VideoInfo> {
  const { input, stream } = await open(await load(), path);
  try {
    const { num, den } = stream.avgFrameRate;
    const frames = Number(stream.nbFrames);
    const { width, height } = stream.codecpar;
    return { width, height, frames: frames > 0 ? frames : undefined, rate: num > 0 && den > 0 ? num / den : undefined };
  } finally {
    await input.close();
  }
}

async function open(av: NodeAv, path: string) {
  const input = await av.Demuxer.open(path).catch((cause: unknown) => {
    throw new SourceError({ where: path, expected: "a video file that FFmpeg knows", received: cause instanceof Error ? cause.message : String(cause), next: advice, cause });
  });
  const stream = input.video();
  if (stream) return { input, stream };
  await input.close();
  throw new FormatError({ where: path, expected: "a file with pictures", received: "no video stream", next: advice });
}

const advice = "Give a video that a player plays, or a folder of PNG or JPEG pictures";

function notDecoded(where: string, cause: unknown): FormatError {
  return new FormatError({ where, expected: "a video that can be decoded", received: cause instanceof Error ? cause.message : String(cause), next: advice, cause });
}

/** FFmpeg's numbers of the 8-bit formats whose first plane is the luma, of either range. */
const lumaFirst = new Set([0, 4, 5, 6, 7, 8, 12, 13, 14, 23, 24]);
/** Of these, those that are of full range whatever the stream says: grey and the old JPEG formats. */
const fullRange = new Set([8, 12, 13, 14]);
const rangeFull = 2;

/** The luma plane; undefined when the format has none of 8 bits. */
function grey({ format, width, height, linesize, data, colorRange }: VideoFrame): Float32Array<ArrayBuffer> | undefined {
  const plane = data?.[0];
  const stride = linesize[0]!;
  if (!lumaFirst.has(format) || !plane || stride < width) return undefined;
  const table = fullRange.has(format) || colorRange === rangeFull ? undefined : limitedRange;
  const light = new Float32Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    const row = y * stride;
    if (table) for (let x = 0; x < width; x++) light[i++] = table[plane[row + x]!]!;
    else for (let x = 0; x < width; x++) light[i++] = plane[row + x]!;
  }
  return light;
}

/** 16 is black and 235 is white. */
const limitedRange = Float32Array.from({ length: 256 }, (_, luma) => Math.min(255, Math.max(0, ((luma - 16) * 255) / 219)));

async function load(): Promise<NodeAv> {
  addWithResolvers();
  try {
    const av = await import("node-av");
    const { AV_LOG_FATAL } = await import("node-av/constants");
    av.Log.setLevel(AV_LOG_FATAL); // What FFmpeg reports as an error is thrown; the rest is not ours to print.
    return av;
  } catch (cause) {
    throw new MissingError({
      where: "video",
      expected: "the package node-av, which reads video files",
      received: "none, or one that does not load",
      next: "Run `npm install node-av`, or give a folder of PNG or JPEG pictures",
      cause,
    });
  }
}

/** Node 20 lacks `Promise.withResolvers`, without which node-av reads no packet, and says nothing. */
function addWithResolvers(): void {
  const promises = Promise as PromiseConstructor & { withResolvers?: () => object };
  promises.withResolvers ??= () => {
    const parts: { promise?: Promise<unknown>; resolve?: unknown; reject?: unknown } = {};
    parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
    return parts;
  };
}

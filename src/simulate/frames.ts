/**
 * Videos and folders of pictures as sequences of grey pictures.
 * @module
 */
import { statSync } from "node:fs";
import { checkOptions, FormatError, SourceError, WindowError } from "../errors.js";
import type { Region } from "../events/region.js";
import type { SensorSize } from "../events/schema.js";
import { toMicroseconds, type Duration } from "../events/time.js";
import { toGrey, type IntensityFrame } from "./light.js";
import { countPictures, readPictureFolder } from "./picture-folder.js";
import { cropPicture, middleOf, Resizer, type GreyPicture } from "./resize.js";
import { requireRange } from "./thresholds.js";
import { readVideoFile, videoInfo } from "./video-file.js";

export interface FramesOptions {
  /** Leaves out what comes before; counted from the first picture. */
  readonly from?: Duration;
  /** Ends before the first picture at or behind this time; counted from the first picture. */
  readonly to?: Duration;
  /** Part of each picture, before it is scaled. */
  readonly crop?: Region;
  /** Size to scale to, in pixels. Of other proportions, the middle of the picture is taken. */
  readonly size?: SensorSize;
  /** Pictures a second, for folders whose names give no times. */
  readonly rate?: number;
}

export const framesOptionNames = ["from", "to", "crop", "size", "rate"] as const;

/**
 * The pictures of a video file (by the optional package node-av) or of a folder of PNG or JPEG files, one by one, grey,
 * at their exact times. Colour pictures become luma by BT.601; videos keep the luma they store.
 *
 * ```ts
 * for await (const frame of streamFrames("talk.mp4", { from: "1s", to: "2s", size: { width: 346, height: 260 } })) show(frame);
 * ```
 * @throws SourceError when there is nothing to read, FormatError when it is no video or picture, MissingError without
 * node-av, WindowError when the window is empty.
 */
export async function* streamFrames(path: string, options: FramesOptions = {}): AsyncGenerator<IntensityFrame> {
  checkOptions("streamFrames", options, framesOptionNames);
  const { rate } = options;
  if (rate !== undefined) requireRange("streamFrames.rate", rate, 1e-3, 1e6);
  const from = toMicroseconds(options.from ?? 0, "streamFrames.from");
  const to = options.to === undefined ? Infinity : toMicroseconds(options.to, "streamFrames.to");
  if (!(to > from)) throw new WindowError({ where: "streamFrames", expected: "`to` after `from`", received: `${from} µs to ${to} µs` });

  let start: number | undefined;
  let fit: ((picture: GreyPicture) => GreyPicture) | undefined;
  for await (const frame of isFolder(path) ? readPictureFolder(path, rate) : readVideoFile(path)) {
    start ??= frame.t;
    if (frame.t < start + from) continue;
    if (frame.t >= start + to) break;
    const grey = toGrey(frame, `${path} at ${frame.t} µs`);
    fit ??= fitter(path, frame, options);
    const { width, height, data } = fit({ width: frame.width, height: frame.height, data: grey });
    yield { t: frame.t, width, height, data: data instanceof Float32Array ? data : Float32Array.from(data) };
  }
}

/** How many pictures there are, and their size, as far as it can be said without reading them all. */
export async function framesInfo(path: string): Promise<{ readonly frames: number | undefined; readonly rate: number | undefined }> {
  return isFolder(path) ? { frames: await countPictures(path), rate: undefined } : videoInfo(path);
}

function isFolder(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat) return stat.isDirectory();
  throw new SourceError({ where: path, expected: "a video file or a folder of pictures", received: "nothing of that name" });
}

/** Crops and scales as the options say, pictures of one size. */
function fitter(path: string, { width, height }: SensorSize, { crop, size }: FramesOptions): (picture: GreyPicture) => GreyPicture {
  const whole = { x: 0, y: 0, width, height };
  const kept = crop ?? whole;
  const middle = size ? middleOf(kept, size) : whole;
  const region = size ? { ...middle, x: middle.x + kept.x, y: middle.y + kept.y } : kept;
  const resizer = size && new Resizer(region, size);
  return (picture) => {
    if (picture.width !== width || picture.height !== height) {
      throw new FormatError({
        where: path,
        expected: `pictures of one size, ${width} × ${height} as the first`,
        received: `${picture.width} × ${picture.height}`,
      });
    }
    const cut = crop || size ? cropPicture(picture, region) : picture;
    return size && resizer ? { width: size.width, height: size.height, data: resizer.resize(cut.data) } : cut;
  };
}

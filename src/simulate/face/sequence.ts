/**
 * Pictures of a performance, with the truth about each.
 * @module
 */
import { checkOptions, OptionError } from "../../errors.js";
import { toMicroseconds, type Duration } from "../../events/time.js";
import type { ActionUnitNumber } from "./action-units.js";
import { facialBox, type Box } from "./box.js";
import type { Face } from "./face.js";
import { landmarkVertices } from "./landmarks.js";
import type { Performance } from "./performance.js";
import type { HeadPose } from "./pose.js";
import { HeadRenderer, type Channel } from "./renderer.js";
import { backdrop, portrait } from "./scene.js";

export interface SequenceOptions {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Pictures a second. */
  readonly fps: number;
  /** Time of the first picture; 0 when left out. */
  readonly start?: Duration;
  /** End of the sequence, excluded; that of the performance when left out. */
  readonly end?: Duration;
  /** Height of the head, crown to chin, as a part of the picture's; 0.85 when left out. */
  readonly faceSize?: number;
  /** "luminance" gives grey pictures, "colour" three channels; luminance when left out. */
  readonly light?: "luminance" | "colour";
  /** Samples along each side of a pixel; 2 when left out. */
  readonly supersample?: number;
  /** "cpu" runs the definition instead of the kernel. */
  readonly device?: "cpu" | "wasm";
}

/** What is true of a picture. Pixels count from the top left corner of the picture. */
export interface FaceTruth {
  /** Intensity of each Action Unit that is not at rest, the stronger side, 0 to 1 and a little above. */
  readonly actionUnits: Readonly<Partial<Record<ActionUnitNumber, number>>>;
  /** x, y of the 68 landmarks of iBUG 300-W. */
  readonly landmarks: Float32Array;
  /** Square around the face from brows to chin. */
  readonly box: Box;
  readonly pose: HeadPose;
  /** Direction of the eyes against the head, -1 to 1: to the person's left, and up. */
  readonly gaze: readonly [number, number];
  /** x, y, z of the rig's vertices in decimetres, before the head turns. Valid until the next picture. */
  vertices(): Float32Array;
}

export interface FaceFrame {
  /** Microseconds. */
  readonly t: number;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** Linear light, row by row, channels last; 0 is black and 255 the white of an 8-bit sensor. */
  readonly data: Float32Array;
  readonly truth: FaceTruth;
}

/** A person before a camera: pictures at any time. */
export class FaceScene {
  readonly #performance: Performance;
  readonly #renderers: readonly HeadRenderer[];
  readonly #exposure: number;
  readonly #size: { readonly width: number; readonly height: number };

  constructor(someone: Face, performance: Performance, options: Omit<SequenceOptions, "fps" | "start" | "end">) {
    const { width, height, faceSize = 0.85, light = "luminance", supersample = 2, device = "wasm" } = options;
    requireNumber("width", width, 16, 4096);
    requireNumber("height", height, 16, 4096);
    requireNumber("faceSize", faceSize, 0.05, 5);
    requireNumber("supersample", supersample, 1, 8);
    const camera = portrait(width, height, faceSize, performance.zoom);
    const background = backdrop(width, height, performance.background);
    const channels: readonly Channel[] = light === "luminance" ? ["luminance"] : ["red", "green", "blue"];
    this.#performance = performance;
    this.#renderers = channels.map((channel) => new HeadRenderer(someone.mesh, { camera, channel, supersample, background, device }));
    this.#exposure = 255 * sensorGain(someone);
    this.#size = { width, height };
  }

  /** x, y of the 68 landmarks at a time, without drawing. */
  landmarks(seconds: number): Float32Array {
    return this.#renderers[0]!.locate(this.#performance.at(seconds).shot, landmarkVertices());
  }

  /** The picture at a time in microseconds. */
  frame(t: number): FaceFrame {
    const { shot, actionUnits, gaze } = this.#performance.at(t / 1e6);
    const { width, height } = this.#size;
    const channels = this.#renderers.length as 1 | 3;
    const data = new Float32Array(width * height * channels);
    this.#renderers.forEach((renderer, c) => {
      const plane = renderer.render({ ...shot, gain: (shot.gain ?? 1) * this.#exposure });
      if (channels === 1) data.set(plane);
      else for (let i = 0; i < plane.length; i++) data[channels * i + c] = plane[i]!;
    });
    const landmarks = this.#renderers[0]!.locate(shot, landmarkVertices());
    const truth = {
      actionUnits: Object.fromEntries([...actionUnits].map(([au, { left, right }]) => [au, Math.max(left, right)])),
      landmarks,
      box: facialBox(landmarks),
      pose: shot.pose,
      gaze,
      vertices: () => this.#renderers[0]!.vertices(),
    };
    return { t, width, height, channels, data, truth };
  }
}

/**
 * Pictures of a face over time, made while they are asked for.
 *
 * ```ts
 * for (const { data, truth } of renderSequence(someone, smiling, { width: 346, height: 260, fps: 500 })) use(data);
 * ```
 * Pictures are exact, without camera noise; the simulated event camera and `photograph` add theirs.
 * @throws OptionError when an option is unknown or out of range.
 */
export function* renderSequence(someone: Face, performance: Performance, options: SequenceOptions): Generator<FaceFrame, void> {
  checkOptions("renderSequence", options, ["width", "height", "faceSize", "light", "supersample", "device", "fps", "start", "end"]);
  const { fps, start = 0, end = performance.duration, ...scene } = options;
  requireNumber("fps", fps, 1, 100_000);
  const from = toMicroseconds(start, "renderSequence.start");
  const until = toMicroseconds(end, "renderSequence.end");
  const stage = new FaceScene(someone, performance, scene);
  for (let k = 0; from + (k * 1e6) / fps < until; k++) yield stage.frame(from + (k * 1e6) / fps);
}

/** Exposure as a camera would choose it: half way from that for all to that for this skin. */
function sensorGain({ appearance: { skin } }: Face): number {
  return Math.sqrt(0.3 / (0.2126 * skin[0] + 0.7152 * skin[1] + 0.0722 * skin[2]));
}

function requireNumber(name: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most)) throw new OptionError({ where: `renderSequence.${name}`, expected: `a number from ${least} to ${most}`, received: String(value) });
}


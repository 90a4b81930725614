/**
 * Videos to events.
 * @module
 */
import { streamFrames, type FramesOptions } from "./frames.js";
import { interpolateFrames, type InterpolateOptions } from "./interpolate.js";
import type { IntensityFrame } from "./light.js";
import { type EventStream, simulateEvents, type SimulateOptions } from "./stream.js";

export type VideoOptions = FramesOptions &
  SimulateOptions & {
    /**
     * Pictures between those of the video: "linear" blends them, "none" takes them as they are. When left out, "linear"
     * for v2e, and "none" for ESIM, whose pixels interpolate by themselves.
     */
    readonly interpolate?: "linear" | "none" | InterpolateOptions;
  };

/**
 * The events that a camera would have seen of what a video shows, or a folder of pictures.
 *
 * ```ts
 * for await (const batch of simulateVideo("talk.mp4", { preset: "clean", size: { width: 346, height: 260 }, seed: 7 })) draw(batch);
 * const events = await simulateVideo("frames/", { rate: 240, model: "esim", seed: 7 }).table();
 * ```
 * `onProgress` counts the pictures of the video, not those between them.
 * @throws as {@link streamFrames} and {@link simulateEvents}.
 */
export function simulateVideo(path: string, options: VideoOptions): EventStream {
  const { from, to, crop, size, rate, interpolate, ...simulate } = options;
  const { onProgress } = simulate;
  let pictures = 0;
  async function* counted(frames: AsyncIterable<IntensityFrame>): AsyncGenerator<IntensityFrame> {
    for await (const frame of frames) {
      pictures++;
      yield frame;
    }
  }
  const frames = counted(streamFrames(path, given({ from, to, crop, size, rate })));
  const chosen = interpolate ?? (simulate.model === "esim" ? "none" : "linear");
  const seen = chosen === "none" ? frames : interpolateFrames(frames, chosen === "linear" ? {} : chosen);
  return simulateEvents(seen, { ...simulate, ...(onProgress && { onProgress: (progress) => onProgress({ ...progress, frames: pictures }) }) });
}

/** The options that have a value. */
function given(options: { readonly [Name in keyof FramesOptions]: FramesOptions[Name] | undefined }): FramesOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

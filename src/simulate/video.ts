/**
 * Videos to events.
 * @module
 */
import { streamFrames, type FramesOptions } from "./frames.js";
import { interpolateFrames, type InterpolateOptions } from "./interpolate.js";
import { EventStream, simulateEvents, type SimulateOptions } from "./stream.js";

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
 * @throws as {@link streamFrames} and {@link simulateEvents}.
 */
export function simulateVideo(path: string, options: VideoOptions): EventStream {
  const { from, to, crop, size, rate, interpolate, ...simulate } = options;
  const frames = streamFrames(path, given({ from, to, crop, size, rate }));
  const chosen = interpolate ?? (simulate.model === "esim" ? "none" : "linear");
  if (chosen === "none") return simulateEvents(frames, simulate);
  return simulateEvents(interpolateFrames(frames, chosen === "linear" ? {} : chosen), simulate);
}

/** The options that have a value. */
function given(options: { readonly [Name in keyof FramesOptions]: FramesOptions[Name] | undefined }): FramesOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

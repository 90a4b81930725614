/**
 * Filters and augmentation: pure, seeded, the same on tables and on streams.
 *
 * ```ts
 * const clean = events.pipe(maskPixels({ pixels: hotPixels(events) }), backgroundActivity({ within: "5ms" }));
 * ```
 * @module
 */
export { addNoise, type AddNoiseOptions } from "./add-noise.js";
export { antiFlicker, type AntiFlickerOptions } from "./anti-flicker.js";
export { backgroundActivity, type BackgroundActivityOptions } from "./background-activity.js";
export { project, unproject, type CameraModel, type Point } from "./camera-model.js";
export { keep } from "./choose.js";
export { dropArea, dropEvents, dropPixels, dropTime, type DropTimeOptions } from "./drop.js";
export { flip, type FlipOptions } from "./flip.js";
export { countPixels, hotPixels, type HotPixel, type HotPixelsOptions, type PixelCounts } from "./hot-pixels.js";
export { spaceJitter, timeJitter, type SpaceJitterOptions, type TimeJitterOptions } from "./jitter.js";
export { limitRate, type LimitRateOptions } from "./limit-rate.js";
export { pipe, pipeFrames } from "./pipe.js";
export { maskPixels, type MaskPixelsOptions, type Pixel } from "./pixel-mask.js";
export { flipPolarity, polarity } from "./polarity.js";
export { refractoryPeriod, type RefractoryPeriodOptions } from "./refractory-period.js";
export { crop, region } from "./region.js";
export { filters, parseFilter, type RegisteredFilter } from "./registry.js";
export { resize, type ResizeOptions } from "./resize.js";
export { reverseTime } from "./reverse-time.js";
export { sometimes } from "./sometimes.js";
export { timeSkew, type TimeSkewOptions } from "./time-skew.js";
export { timeWindow, type TimeWindowOptions } from "./time-window.js";
export { undistort, type UndistortOptions } from "./undistort.js";
export type { EventFilter, FilterInput, FilterRun } from "../events/filter.js";

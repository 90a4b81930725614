/**
 * How good a recording is, in numbers and in sentences.
 * @module
 */
export type { FlickerQuality } from "./flicker.js";
export type { IntervalQuality } from "./intervals.js";
export { frameChanges, motionOffset, type FrameChange, type MotionOffset } from "./motion-offset.js";
export type { NoiseQuality, PixelQuality } from "./pixels.js";
export { quality, type AlignmentQuality, type Quality, type QualityOptions } from "./quality.js";
export { RateMeter, type RateQuality } from "./rate.js";
export { QualityReport } from "./report.js";
export type { TimeGap, TimeQuality } from "./times.js";
export { frameTimes, type FrameTimes, type FrameTimesOptions } from "./trigger-sync.js";

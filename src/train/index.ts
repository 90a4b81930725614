export { curves, type TrainingCurves } from "./curves.js";
export { descend, type DescendOptions, type Group } from "./descend.js";
export type { EpochRecord, LossPoint } from "./history.js";
export type { Monitor } from "./best.js";
export { train, type CheckpointOptions, type TrainingProgress, type TrainingRun, type TrainOptions } from "./loop.js";
export type { Measures, PictureSheet, SampleAddress, StepContext, TrainingTask } from "./task.js";

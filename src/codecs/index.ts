export type * from "./codec.js";
export { detectFormat } from "./detect.js";
export { inspect, type InspectOptions, type RecordingSummary } from "./inspect.js";
export { readEvents, type ReadOptions } from "./read.js";
export type { OpenOptions, Progress } from "./recording.js";
export { codec, codecNames, registerCodec, type CodecFactory } from "./registry.js";
export { writeEvents, type WriteOptions } from "./write.js";
export { streamEvents, type BatchSize, type StreamOptions } from "./stream.js";

export * from "./errors.js";
export * from "./events/index.js";
export { openRecording, readEvents, streamEvents, writeEvents } from "./codecs/index.js";
export * as plot from "./plot/index.js";

export * from "./errors.js";
export * from "./events/index.js";
export { readEvents, streamEvents } from "./codecs/index.js";

export type { ByteSink, ByteSource } from "./source.js";

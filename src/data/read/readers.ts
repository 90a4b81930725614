import type { DatasetName } from "../manifest.js";
import { eckplus } from "./eckplus.js";
import { facemorphic } from "./facemorphic.js";
import { nefer } from "./nefer.js";
import type { Reader } from "./reader.js";

export const readers: Readonly<Record<DatasetName, Reader>> = { eckplus, nefer, facemorphic };

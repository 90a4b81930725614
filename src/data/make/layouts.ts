import { eckplus } from "./eckplus.js";
import { facemorphic } from "./facemorphic.js";
import type { Layout, MakePlan } from "./layout.js";
import { nefer } from "./nefer.js";

export const layouts: Readonly<Record<MakePlan["dataset"], Layout>> = { eckplus, nefer, facemorphic };

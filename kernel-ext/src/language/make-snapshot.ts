/**
 * Program: makes the snapshot of the compiler, beside whatever else the machine does.
 * @module
 */
import { setPriority } from "node:os";

import { makeSnapshot } from "./snapshot.js";

setPriority(10);
makeSnapshot();

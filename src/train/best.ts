/**
 * The epoch that validation chose, and its weights.
 * @module
 */
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "../bytes/index.js";
import { packSafetensors, unpackSafetensors, type StoredTensor } from "../engine/index.js";
import { OptionError, SourceError } from "../errors.js";
import { below } from "./checkpoint.js";
import type { Measures } from "./task.js";

export interface Monitor {
  /** Name of a validation measure. */
  readonly measure: string;
  readonly better: "higher" | "lower";
}

type Weights = ReadonlyMap<string, StoredTensor>;

const nameOf = (epoch: number): string => `best-epoch-${String(epoch).padStart(5, "0")}.safetensors`;

/** Of equally good epochs the first. */
export class BestEpoch {
  readonly #monitor: Monitor | undefined;
  readonly #folder: string | undefined;
  #best: { readonly epoch: number; readonly value: number; readonly weights: Weights } | undefined;

  private constructor(monitor: Monitor | undefined, folder: string | undefined) {
    this.#monitor = monitor;
    this.#folder = folder;
  }

  /** Goes on from `state` of a checkpoint, whose weights lie in a file of their own. */
  static async open(monitor: Monitor | undefined, folder: string | undefined, state?: { readonly epoch: number; readonly value: number } | null): Promise<BestEpoch> {
    const best = new BestEpoch(monitor, folder);
    if (state && folder !== undefined) {
      const path = join(folder, nameOf(state.epoch));
      const bytes = await readFile(path).catch((cause: unknown) => {
        throw new SourceError({ where: path, expected: "the weights of the best epoch so far", received: (cause as Error).message, next: "Remove the checkpoints beside it to start again", cause });
      });
      best.#best = { ...state, weights: unpackSafetensors(bytes, path).tensors };
    }
    return best;
  }

  get epoch(): number | undefined {
    return this.#best?.epoch;
  }

  async consider(epoch: number, validation: Measures | undefined, state: () => Promise<Weights>): Promise<void> {
    if (this.#monitor === undefined || validation === undefined) return;
    const { measure, better } = this.#monitor;
    const value = validation[measure];
    if (value === undefined) throw new OptionError({ where: "train: monitor", expected: `one of the measures ${Object.keys(validation).join(", ")}`, received: `"${measure}"` });
    if (Number.isNaN(value)) return;
    if (this.#best && !(better === "higher" ? value > this.#best.value : value < this.#best.value)) return;
    this.#best = { epoch, value, weights: below(await state(), "network/") };
    if (this.#folder !== undefined) await writeWhole(join(this.#folder, nameOf(epoch)), packSafetensors(this.#best.weights, { format: "pt", epoch: String(epoch), [measure]: String(value) }));
  }

  /** Removes the files of earlier epochs, once a checkpoint no longer names them. */
  async sweep(): Promise<void> {
    if (this.#folder === undefined || this.#best === undefined) return;
    const current = nameOf(this.#best.epoch);
    for (const name of await readdir(this.#folder)) if (/^best-epoch-\d+\.safetensors$/.test(name) && name < current) await rm(join(this.#folder, name), { force: true });
  }

  found(): { readonly best?: { readonly epoch: number; readonly value: number; readonly weights: Weights } } {
    return this.#best ? { best: this.#best } : {};
  }

  toJSON(): { readonly epoch: number; readonly value: number } | null {
    return this.#best ? { epoch: this.#best.epoch, value: this.#best.value } : null;
  }
}

/**
 * Which samples make which batch: drawn from the seed and the epoch alone, so that a run can resume anywhere.
 * @module
 */
import { OptionError } from "../errors.js";
import { uniforms } from "../models/random.js";
import type { SampleAddress, TrainingTask } from "./task.js";

type Sources = TrainingTask<unknown>["sources"];

/** Steps of an epoch: full batches only, but one where there are fewer samples than a batch. */
export function stepsPerEpoch(sources: Sources, batch: number): number {
  const samples = sources.reduce((sum, { length }) => sum + length, 0);
  if (samples === 0) throw new OptionError({ where: "train", expected: "samples to train on", received: "none" });
  return Math.max(1, Math.floor(samples / batch));
}

/**
 * The samples of an epoch in their order: as many as there are in all sources together. Each source is gone through in a
 * new order, again and again where its weight asks for more than it has.
 */
export function epochOrder(sources: Sources, seed: number, epoch: number): SampleAddress[] {
  const samples = sources.reduce((sum, { length }) => sum + length, 0);
  const total = sources.reduce((sum, { length, weight = length }) => sum + (length > 0 ? weight : 0), 0);
  const order: SampleAddress[] = [];
  let [owed, before] = [0, 0];
  sources.forEach(({ length, weight = length }, source) => {
    if (length === 0) return;
    owed += (samples * weight) / total;
    const count = Math.round(owed) - before;
    before += count;
    for (let round = 0, left = count; left > 0; round++, left -= length) {
      const places = shuffle(Array.from({ length }, (_, index) => index), uniforms(seed, `order ${source} ${epoch} ${round}`));
      for (const index of places.slice(0, left)) order.push({ source, index });
    }
  });
  return sources.length > 1 ? shuffle(order, uniforms(seed, `order ${epoch}`)) : order;
}

/** Fisher and Yates, in place. */
export function shuffle<Item>(items: Item[], draw: () => number): Item[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(draw() * (i + 1));
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return items;
}

/** The seed of a step. */
export function seedOf(seed: number, step: number): number {
  return (Math.imul(seed ^ 0x85ebca6b, 0x9e3779b1) + Math.imul(step + 1, 0xc2b2ae35)) | 0;
}

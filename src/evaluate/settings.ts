/**
 * Options of an evaluation with everything decided, and who takes part.
 * @module
 */
import { OptionError } from "../errors.js";
import type { EvaluateOptions } from "./evaluate.js";
import type { Method } from "./method.js";
import type { ReportedMethod, ReportSettings } from "./report/data.js";

/** @throws OptionError naming the option. */
export function settingsOf({ seed, seeds = [seed], protocols = ["subject-disjoint"], bootstrap = 2000, level = 0.95, folds = 5, testFolds = folds, leakage = "refuse", labels = 1 }: EvaluateOptions): ReportSettings {
  const need = (where: string, right: boolean, expected: string, received: unknown): void => {
    if (!right) throw new OptionError({ where: `evaluate: ${where}`, expected, received: JSON.stringify(received) ?? String(received) });
  };
  need("seed", Number.isInteger(seed), "a whole number", seed);
  need("seeds", seeds.length > 0 && seeds.every(Number.isInteger) && new Set(seeds).size === seeds.length, "whole numbers, each once", seeds);
  need("protocols", protocols.length > 0 && new Set(protocols).size === protocols.length, "at least one protocol, each once", protocols);
  need("level", level > 0 && level < 1, "a number between 0 and 1", level);
  need("folds", Number.isInteger(folds) && folds >= 3, "a whole number from 3", folds);
  need("testFolds", Number.isInteger(testFolds) && testFolds >= 1 && testFolds <= folds, `a whole number from 1 to the ${folds} folds`, testFolds);
  need("labels", labels > 0 && labels <= 1, "a share above 0, at most 1", labels);
  need("bootstrap", Number.isInteger(bootstrap) && bootstrap >= 1 && bootstrap <= 1_000_000, "a whole number from 1 to 1000000", bootstrap);
  return { protocols, seed, seeds, folds, testFolds, leakage, labels, bootstrap, level };
}

/** Methods, their controls, and the model-free ones, each once. @throws OptionError for two of one name. */
export function withControls(given: readonly Method[], free: readonly Method[]): { all: readonly Method[]; reported: readonly ReportedMethod[] } {
  const found = new Map<string, { method: Method; role: "method" | "control" }>();
  const add = (method: Method, role: "method" | "control"): void => {
    const before = found.get(method.name);
    if (before === undefined) found.set(method.name, { method, role });
    else if (JSON.stringify(before.method.settings) !== JSON.stringify(method.settings)) {
      throw new OptionError({ where: "evaluate", expected: "methods with names of their own", received: `two named "${method.name}" with different settings`, next: "Give one of them another name" });
    }
  };
  for (const method of given) add(method, "method");
  const below = (methods: readonly Method[]): void => methods.forEach((method) => (add(method, "control"), below(method.controls ?? [])));
  for (const { controls = [] } of given) below(controls);
  below(free);
  const entries = [...found.values()];
  return { all: entries.map(({ method }) => method), reported: entries.map(({ method: { name, settings }, role }) => ({ name, role, settings })) };
}


/**
 * Clips in a fixed order, to be gone through one by one.
 * @module
 */
import { checkOptions, isEvtlabError, OptionError, type DataError } from "../errors.js";
import type { Clip } from "./clip.js";

export interface ClipFilter {
  /** Only these. */
  readonly subjects?: readonly string[];
  readonly labels?: readonly string[];
  /** Parts of the paper's protocol, as the files name them. */
  readonly parts?: readonly string[];
  /** With clips that have no label among the classes, which are left out otherwise. Default false. */
  readonly unlabelled?: boolean;
}

export interface MapOptions {
  /** Clips that are read while earlier ones are used; 2 when left out. Memory holds so many results and one. */
  readonly ahead?: number;
  /** At a clip that cannot be read: throw ("stop", the default), or go on with the next. */
  readonly onError?: "stop" | "skip";
  /** Called for each clip that was passed over. */
  readonly onSkip?: (fault: { readonly clip: Clip; readonly error: DataError }) => void;
  readonly signal?: AbortSignal;
}

export class ClipSet implements Iterable<Clip> {
  readonly #clips: readonly Clip[];

  /** @internal */
  constructor(clips: readonly Clip[]) {
    this.#clips = clips;
  }

  get length(): number {
    return this.#clips.length;
  }

  /** Who is in it, sorted. */
  get subjects(): readonly string[] {
    return [...new Set(this.#clips.map(({ subject }) => subject))].sort();
  }

  /** Clips by label, in the order of the classes. */
  get counts(): Readonly<Record<string, number>> {
    const counts = new Map<string, number>();
    for (const { label } of this.#clips.toSorted((a, b) => (a.classIndex ?? Infinity) - (b.classIndex ?? Infinity))) {
      if (label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
    }
    return Object.fromEntries(counts);
  }

  /** A clip by its place. @throws OptionError */
  at(index: number): Clip {
    const clip = this.#clips.at(index);
    if (clip === undefined) throw new OptionError({ where: "at", expected: `a place among ${this.length} clips`, received: String(index) });
    return clip;
  }

  [Symbol.iterator](): Iterator<Clip> {
    return this.#clips[Symbol.iterator]();
  }

  /** The clips that pass. @throws OptionError for subjects and labels that are not there. */
  clips(filter: ClipFilter = {}): ClipSet {
    checkOptions("clips", filter, ["subjects", "labels", "parts", "unlabelled"]);
    const { unlabelled = false } = filter;
    const one = (what: string, wanted: readonly string[] | undefined, of: (clip: Clip) => string | undefined): ((clip: Clip) => boolean) => {
      if (wanted === undefined) return () => true;
      const known = new Set(this.#clips.map(of));
      const strange = wanted.find((name) => !known.has(name));
      if (strange !== undefined) throw new OptionError({ where: `clips: ${what}`, expected: `one of ${[...known].filter((name) => name !== undefined).sort().slice(0, 30).join(", ")}`, received: `"${strange}"` });
      const names = new Set<string | undefined>(wanted);
      return (clip) => names.has(of(clip));
    };
    const tests = [one("subjects", filter.subjects, ({ subject }) => subject), one("labels", filter.labels, ({ label }) => label), one("parts", filter.parts, ({ part }) => part)];
    return new ClipSet(this.#clips.filter((clip) => (unlabelled || clip.classIndex !== undefined) && tests.every((test) => test(clip))));
  }

  /**
   * What `read` makes of each clip, in order, a few clips ahead of who asks.
   *
   * ```ts
   * for await (const { clip, value } of split.train.map(async (clip) => build(await clip.events(), voxelGrid({ bins: 5 }), { cache }), { onError: "skip" })) …
   * ```
   * @throws DataError of the first clip that cannot be read, unless `onError` is "skip".
   */
  async *map<Value>(read: (clip: Clip) => Promise<Value>, options: MapOptions = {}): AsyncGenerator<{ readonly clip: Clip; readonly value: Value }> {
    checkOptions("map", options, ["ahead", "onError", "onSkip", "signal"]);
    const { ahead = 2, onError = "stop", onSkip, signal } = options;
    if (!(Number.isInteger(ahead) && ahead >= 0 && ahead <= 64)) throw new OptionError({ where: "map: ahead", expected: "a whole number from 0 to 64", received: String(ahead) });
    if (onError !== "stop" && onError !== "skip") throw new OptionError({ where: "map: onError", expected: "stop or skip", received: String(onError) });
    type Outcome = { readonly value: Value } | { readonly error: unknown };
    const started: { clip: Clip; outcome: Promise<Outcome> }[] = [];
    let next = 0;
    const start = (): void => {
      while (started.length <= ahead && next < this.#clips.length) {
        const clip = this.#clips[next++]!;
        started.push({ clip, outcome: read(clip).then((value) => ({ value }), (error: unknown) => ({ error })) });
      }
    };
    for (start(); started.length > 0; start()) {
      signal?.throwIfAborted();
      const { clip, outcome } = started.shift()!;
      const result = await outcome;
      if ("value" in result) yield { clip, value: result.value };
      else if (onError === "skip" && isEvtlabError(result.error, "DataError")) onSkip?.({ clip, error: result.error });
      else throw result.error;
    }
  }
}

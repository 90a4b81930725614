/**
 * Removes events that nothing near them supports.
 *
 * An event stays when one of its neighbours fired less than `within` before it: light moves as edges, which touch
 * neighbouring pixels shortly after each other, while the noise of a pixel is alone. Every event, kept or not, then
 * counts for those that follow. The event's own pixel does not support it.
 *
 * Conventions differ, so each is an option:
 *
 * | | neighbours | `startUp` | |
 * |---|---|---|---|
 * | Delbruck 2008 (jAER, dv-processing) | 8 | "drop" | the default here |
 * | libcaer | 8, `support` from 1 on, polarity if asked | "drop" | |
 * | tonic `denoise` | 4 | "pass" | there counted from time 0 |
 *
 * "less than" is strict in all of them. Pixels at the border have fewer neighbours.
 * @module
 */
import { checkOptions } from "../errors.js";
import { batchEvents, type EventFilter, type FilterInput, type FilterRun } from "../events/filter.js";
import type { Duration } from "../events/time.js";
import { timeAt, timeWords } from "../events/time-words.js";
import { Arena } from "../wasm/arena.js";
import { chooseSupported } from "./background-activity.definition.js";
import { choosing, type Choose } from "./choose.js";
import { requireChoice, requireDuration, requireInteger } from "./options.js";

export interface BackgroundActivityOptions {
  /** How long the event of a neighbour supports others. */
  readonly within: Duration;
  /** 8 (the default), or 4: those above, below, left and right. */
  readonly neighbours?: 4 | 8;
  /** How many of the neighbours have to support an event; 1 when left out. */
  readonly support?: number;
  /** Whether neighbours of the other polarity count: "any" (the default), or "same". */
  readonly polarity?: "any" | "same";
  /**
   * What happens to events that are less than `within` after the first of the recording, for which there may have been
   * support that was not recorded: "drop" unless supported (the default), or "pass".
   */
  readonly startUp?: "drop" | "pass";
  /** "wasm" (the default), or "cpu": the TypeScript definition. */
  readonly device?: "cpu" | "wasm";
}

export interface SupportRule {
  /** Microseconds. */
  readonly within: number;
  readonly neighbours: 4 | 8;
  readonly support: number;
  readonly samePolarity: boolean;
}

/**
 * Keeps the events that neighbours support: background activity filter (Delbruck 2008).
 * @throws OptionError
 */
export function backgroundActivity(options: BackgroundActivityOptions): EventFilter {
  checkOptions("backgroundActivity", options, ["within", "neighbours", "support", "polarity", "startUp", "device"]);
  const within = requireDuration("backgroundActivity.within", options.within);
  const neighbours = requireChoice("backgroundActivity.neighbours", options.neighbours ?? 8, [4, 8]);
  const support = requireInteger("backgroundActivity.support", options.support ?? 1, 1, neighbours);
  const polarity = requireChoice("backgroundActivity.polarity", options.polarity ?? "any", ["any", "same"]);
  const startUp = requireChoice("backgroundActivity.startUp", options.startUp ?? "drop", ["drop", "pass"]);
  const device = requireChoice("backgroundActivity.device", options.device ?? "wasm", ["cpu", "wasm"]);
  const rule: SupportRule = { within, neighbours, support, samePolarity: polarity === "same" };
  return {
    id: `background-activity/within=${within}us/neighbours=${neighbours}/support=${support}/polarity=${polarity}/startUp=${startUp}`,
    source: "Delbruck 2008, Frame-free dynamic digital vision; conventions of jAER, dv-processing, libcaer and tonic",
    start(input): FilterRun {
      const choose = device === "cpu" ? chooseSupported(rule, input.sensor) : chooseInWasm(rule, input);
      return choosing(startUp === "pass" ? passingAtFirst(choose, within) : choose);
    },
  };
}

/** Adds the events that are less than `within` after the first one. */
function passingAtFirst(choose: Choose, within: number): Choose {
  let end: number | undefined;
  return (columns, indices) => {
    const words = timeWords(columns.t);
    end ??= timeAt(words, 0) + within;
    const chosen = choose(columns, indices);
    let early = 0;
    while (early < columns.t.length && timeAt(words, early) < end) early++;
    if (early === 0) return chosen;
    let later = 0;
    while (later < chosen && indices[later]! < early) later++;
    const kept = indices.slice(later, chosen);
    for (let i = 0; i < early; i++) indices[i] = i;
    indices.set(kept, early);
    return early + kept.length;
  };
}

function chooseInWasm({ within, neighbours, support, samePolarity }: SupportRule, { sensor }: FilterInput): Choose {
  const arena = new Arena();
  // A frame of one pixel around the sensor spares the kernel all questions about the border.
  const stride = sensor.width + 2;
  const cells = stride * (sensor.height + 2) * (samePolarity ? 2 : 1);
  const last = arena.alloc(cells * 8);
  const [t, x, y, p, chosen] = [8, 2, 2, 1, 4].map((bytes) => arena.alloc(batchEvents * bytes)) as [number, number, number, number, number];
  arena.i64(last, cells).fill(never);
  const plane = samePolarity ? stride * (sensor.height + 2) : 0;
  return (columns, indices) => {
    const { length } = columns.t;
    arena.i64(t, length).set(columns.t);
    arena.u16(x, length).set(columns.x);
    arena.u16(y, length).set(columns.y);
    if (samePolarity) arena.u8(p, length).set(columns.p);
    const count = arena.kernels.supported(t, x, y, p, length, stride, plane, last, BigInt(within), neighbours, support, chosen);
    indices.set(arena.u32(chosen, count));
    return count;
  };
}

/** So long ago that no duration reaches it, and no difference leaves int64. */
const never = -(2n ** 62n);

/**
 * ERGO-12 (Zubić et al., From Chaos Comes Order, ICCV 2023): twelve channels that a search over representations found.
 *
 * Windows are counted in events: 0 is all; 1, 2, 3 the thirds of ⌊N/3⌋; 4, 5, 6 drop ⌊N/2⌋ from the front, then ⌊N/4⌋,
 * then ⌊N/8⌋ more. Each channel takes a function of the events of a pixel in one window — the sign p, the time t in [0, 1],
 * or 1 for the number n; of one polarity where a sign stands — and an aggregation; 0 without events. The variance is
 * E[v²] − E[v]².
 *
 * | channel | 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 |
 * |---|---|---|---|---|---|---|---|---|---|---|---|---|
 * | window | 0 | 3 | 2 | 6 | 5 | 6 | 2 | 5 | 1 | 0 | 4 | 1 |
 * | function | p | t− | n− | p | n+ | n | t+ | n− | t− | t+ | t | n |
 * | aggregation | variance | variance | mean | sum | mean | sum | mean | mean | max | max | max | mean |
 * @module
 */
import { checkOptions } from "../errors.js";
import type { EventTable } from "../events/table.js";
import { onCanvas } from "./canvas.js";
import { idOf, mapped, perPixel } from "./per-pixel.js";
import { agesOf, holdsAges, withRecencies } from "./recency.js";
import type { Representation } from "./representation.js";

const off = 0;
const on = 1;

/** What the channels need to know about the events of a window; cells are pixels · 2 + polarity. */
interface Counter {
  /** Number of events. */
  counts(events: EventTable): ArrayLike<number>;
  /** Σ t and Σ t² of each cell. */
  moments(events: EventTable, first: bigint, duration: number): Float64Array;
  /** Time since the latest event of each cell when the window ends, −1 where there is none. */
  ages(events: EventTable): Float64Array;
}

/** [height, width, 12], channels "0 var p", "1 var t−", …; Float32. */
export function ergo12(options: Record<string, never> = {}): Representation<Float32Array> {
  checkOptions("ergo12", options, []);
  const functions = ["var p", "var t−", "mean n−", "sum p", "mean n+", "sum n", "mean t+", "mean n−", "max t−", "max t+", "max t", "mean n"];
  return perPixel({
    id: idOf("ergo12", {}),
    source: "ERGO-12 (Zubić et al. 2023)",
    channels: functions.map((name, channel) => `${channel} ${name}`),
    cpu: (events) => channels(events, inTypeScript),
    wasm: (events) => channels(events, holdsAges(events, events.t.at(-1) ?? 0n) ? inWebAssembly : inTypeScript),
  });
}

function channels(events: EventTable, counter: Counter): Float32Array {
  const { t, sensor: { width, height } } = events;
  const count = events.length;
  const data = new Float32Array(height * width * 12);
  if (count === 0) return data;
  const first = t[0]!;
  const duration = Math.max(Number(t[count - 1]! - first), 1);
  const third = Math.floor(count / 3);
  const starts = [Math.floor(count / 2), Math.floor(count / 4), Math.floor(count / 8)];
  const windows = [
    events,
    ...[0, 1, 2].map((i) => events.slice(i * third, (i + 1) * third)),
    ...starts.map((_, i) => events.slice(starts.slice(0, i + 1).reduce((sum, dropped) => sum + dropped))),
  ];
  const each = (channel: number, value: (pixel: number) => number) => {
    for (let pixel = 0, cell = channel; cell < data.length; pixel++, cell += 12) data[cell] = value(pixel);
  };
  const [all, firstThird, secondThird, , , quarter, eighth] = windows.map((window) => (window.length > 0 ? counter.counts(window) : undefined));
  const of = (counts: ArrayLike<number> | undefined, cell: number) => counts?.[cell] ?? 0;
  const any = (counts: ArrayLike<number> | undefined, pixel: number) => of(counts, 2 * pixel) + of(counts, 2 * pixel + 1);
  const net = (counts: ArrayLike<number> | undefined, pixel: number) => of(counts, 2 * pixel + on) - of(counts, 2 * pixel + off);
  each(0, (pixel) => (any(all, pixel) > 0 ? 1 - (net(all, pixel) / any(all, pixel)) ** 2 : 0));
  each(2, (pixel) => Math.min(1, of(secondThird, 2 * pixel + off)));
  each(3, (pixel) => net(eighth, pixel));
  each(4, (pixel) => Math.min(1, of(quarter, 2 * pixel + on)));
  each(5, (pixel) => any(eighth, pixel));
  each(7, (pixel) => Math.min(1, of(quarter, 2 * pixel + off)));
  each(11, (pixel) => Math.min(1, any(firstThird, pixel)));
  if (third > 0) {
    const last = counter.moments(windows[3]!, first, duration);
    const lastCounts = counter.counts(windows[3]!);
    each(1, (pixel) => {
      const n = of(lastCounts, 2 * pixel + off);
      return n > 0 ? last[4 * pixel + 1]! / n - (last[4 * pixel]! / n) ** 2 : 0;
    });
    const middle = counter.moments(windows[2]!, first, duration);
    each(6, (pixel) => (of(secondThird, 2 * pixel + on) > 0 ? middle[4 * pixel + 2]! / of(secondThird, 2 * pixel + on) : 0));
  }
  const latest = (window: EventTable) => {
    if (window.length === 0) return () => 0;
    const ages = counter.ages(window);
    const end = Number(window.t[window.length - 1]! - first);
    return (cell: number) => (ages[cell]! < 0 ? 0 : (end - ages[cell]!) / duration);
  };
  const [inFirst, inAll, inHalf] = [latest(windows[1]!), latest(windows[0]!), latest(windows[4]!)];
  each(8, (pixel) => inFirst(2 * pixel + off));
  each(9, (pixel) => inAll(2 * pixel + on));
  each(10, (pixel) => Math.max(inHalf(2 * pixel + off), inHalf(2 * pixel + on)));
  return data;
}

const lastOf = ({ t }: EventTable) => t[t.length - 1]!;

const inTypeScript: Counter = {
  counts({ x, y, p, sensor: { width, height } }) {
    const counts = new Uint32Array(height * width * 2);
    for (let i = 0; i < x.length; i++) counts[(y[i]! * width + x[i]!) * 2 + p[i]!]!++;
    return counts;
  },
  moments({ t, x, y, p, sensor: { width, height } }, first, duration) {
    const sums = new Float64Array(height * width * 4);
    for (let i = 0; i < x.length; i++) {
      const cell = ((y[i]! * width + x[i]!) * 2 + p[i]!) * 2;
      const time = Number(t[i]! - first) / duration;
      sums[cell]! += time;
      sums[cell + 1]! += time * time;
    }
    return sums;
  },
  ages: (events) => agesOf(events, { reference: lastOf(events), polarities: 2 }),
};

const inWebAssembly: Counter = {
  counts(events) {
    const { width, height } = events.sensor;
    return onCanvas(events, { bytes: height * width * 8 }, (canvas) => {
      canvas.blocks(({ x, y, p, events: count, cells }) => {
        canvas.kernels.cellOffsets(x, y, p, count, width, 2, 1, 2, canvas.offset, cells);
        canvas.kernels.countCells(cells, count);
      });
      return canvas.take(Uint32Array);
    });
  },
  moments(events, first, duration) {
    const { width, height } = events.sensor;
    return onCanvas(events, { bytes: height * width * 32, time: true }, (canvas) => {
      canvas.blocks(({ t, x, y, p, events: count, cells }) => {
        canvas.kernels.cellOffsets(x, y, p, count, width, 2, 1, 4, canvas.offset, cells);
        canvas.kernels.timeMoments(cells, t, count, first, duration);
      });
      return canvas.f64().slice();
    });
  },
  ages: (events) =>
    withRecencies(events, { reference: lastOf(events), polarities: 2 }, (canvas) => {
      const recencies = canvas.u32();
      return mapped(Float64Array, recencies, (recency) => (recency === 0 ? -1 : 2 ** 32 - 1 - recency));
    }),
};

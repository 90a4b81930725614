/**
 * Numbers as people read them.
 * @module
 */

/** "33 ms", "1.5 s", "200 µs" */
export function duration(microseconds: number): string {
  const [size, unit] = microseconds < 1e3 ? [1, "µs"] : microseconds < 1e6 ? [1e3, "ms"] : [1e6, "s"];
  return `${Number((microseconds / size).toPrecision(3))} ${unit}`;
}

/** "1.2345 s": always as many digits, so that nothing jumps while it runs. */
export function clock(microseconds: number): string {
  return `${(microseconds / 1e6).toFixed(4)} s`;
}

/** "1/20 ×", "2 ×" */
export function speedName(speed: number): string {
  return speed >= 1 ? `${Number(speed.toPrecision(3))} ×` : `1/${Number((1 / speed).toPrecision(3))} ×`;
}

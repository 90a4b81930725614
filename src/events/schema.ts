/**
 * The one event schema of evtlab.
 *
 * | column | type | meaning |
 * |---|---|---|
 * | `t` | int64 | microseconds, on the clock of the sensor |
 * | `x` | uint16 | to the right |
 * | `y` | uint16 | downwards: the origin is the top left pixel |
 * | `p` | uint8 | 0 = off (darker), 1 = on (brighter) |
 *
 * The sign s = 2p − 1 is derived inside representations; it is never stored.
 * @module
 */

/** Width and height in pixels. */
export interface SensorSize {
  readonly width: number;
  readonly height: number;
}

/** Four columns of equal length. Columns may be views into larger buffers. */
export interface EventColumns {
  readonly t: BigInt64Array;
  readonly x: Uint16Array;
  readonly y: Uint16Array;
  readonly p: Uint8Array;
}

/** External trigger edges: time in microseconds, channel, and edge (1 = rising, 0 = falling). */
export interface TriggerColumns {
  readonly t: BigInt64Array;
  readonly id: Uint8Array;
  readonly p: Uint8Array;
}

/** What is known of where events came from; kept in the metadata of the Arrow schema. */
export interface Provenance {
  /** Format that the events were read from ("evt3", …), or "columns". */
  readonly format: string;
  /** What the reader had to assume, a sentence each ("no geometry in the header: …"). */
  readonly assumptions: readonly string[];
}

export const noTriggers: TriggerColumns = Object.freeze({
  t: new BigInt64Array(0),
  id: new Uint8Array(0),
  p: new Uint8Array(0),
});

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

/** 16384 × 16384, more than any sensor has. What promises more is refused, for each pixel takes memory sooner or later. */
export const mostPixels = 2 ** 28;

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

/** A picture that was recorded with the events, or rendered for them. */
export interface Frame {
  /** Middle of the exposure where it is known, otherwise the time that the file gives; microseconds, clock of the sensor. */
  readonly t: bigint;
  /** Start and end of the exposure. */
  readonly exposure?: { readonly from: bigint; readonly to: bigint };
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 RGB, 4 RGBA: always in this order, whatever the file has. */
  readonly channels: 1 | 3 | 4;
  /** Row by row from the top left, channels last. */
  readonly data: Uint8Array | Uint16Array;
}

/** Samples of an inertial sensor, columns of equal length. */
export interface ImuColumns {
  readonly t: BigInt64Array;
  /** m/s², three values a sample: x to the right, y down, z into the scene as far as the file says. */
  readonly acceleration: Float32Array;
  /** rad/s, three values a sample. */
  readonly rotation: Float32Array;
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

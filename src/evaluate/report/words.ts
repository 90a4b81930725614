/**
 * Numbers of a report as people read them.
 * @module
 */
import type { Interval } from "../metrics/bootstrap.js";
import type { ProtocolReport } from "./data.js";

/** "59.3 %" */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** "59.3 [53.5 – 64.6] %" */
export const percentInterval = ({ value, low, high }: Interval): string => `${(100 * value).toFixed(1)} [${(100 * low).toFixed(1)}\u2009–\u2009${(100 * high).toFixed(1)}]`;

/** "+3.3 [−1.3 – 8.0]", in points. */
export const points = ({ value, low, high }: Interval): string => `${signed(value)} [${signed(low)}\u2009–\u2009${signed(high)}]`;

/** Three digits after the point. */
export const decimals = ({ value, low, high }: Interval): string => `${value.toFixed(3)} [${low.toFixed(3)}\u2009–\u2009${high.toFixed(3)}]`;

export const pValue = (p: number): string => (p < 0.001 ? "< 0.001" : p.toFixed(3));

export function signed(share: number): string {
  const shown = (100 * Math.abs(share)).toFixed(1);
  return shown === "0.0" ? shown : `${share < 0 ? "−" : "+"}${shown}`;
}

/** What a difference with its limits says. */
export function verdict({ low, high }: Interval): "higher" | "lower" | "not shown" {
  return low > 0 ? "higher" : high < 0 ? "lower" : "not shown";
}

/** A warning where so few people were tested that the limits say little. */
export function fewPeople({ splits }: ProtocolReport): string | undefined {
  const people = splits.reduce((sum, { sides }) => sum + sides.test.subjects, 0);
  return people < 10 ? `Only ${people} ${people === 1 ? "person was" : "people were"} tested: drawing so few anew says little, and limits that are near each other may be chance.` : undefined;
}

import { fault, field, longField, type DecodeBlock, type DecodeKernel } from "../wasm/decode-block.js";
import { emitEvent } from "./emit.js";
import type { WordFormat } from "./word-decoder.js";

/** What a column of a line holds; "-" is passed over. */
export type TextColumn = "t" | "x" | "y" | "p" | "-";

/** Powers of ten from a unit of time to microseconds. */
export const unitPower = { s: 6, ms: 3, us: 0, ns: -3 } as const;
export type TimeUnitName = keyof typeof unitPower;

/** The word format of lines of numbers: a "word" is a byte, and the decoder is given whole lines. */
export function textFormat(columns: readonly TextColumn[], unit: TimeUnitName): WordFormat {
  const roles = columns.map((column) => ["-", "t", "x", "y", "p"].indexOf(column));
  return {
    codec: "text",
    wordBytes: 1,
    kernel: "decodeText",
    definition: (block) => textDefinition(block, columns, unit),
    registers: [unitPower[unit], columns.length, ...roles],
    addressable: { width: 65535, height: 65535 },
    describeFault: (value) => ({
      expected: `a line of the ${columns.length} columns ${columns.join(" ")}`,
      received: value > columns.length ? "one with more" : `one whose column ${value} is not a number of its kind`,
      next: 'Name the columns with `columns`, or leave such lines out with `onError: "skip"`',
    }),
  };
}

/**
 * Lines of numbers in readable form: what the WebAssembly kernel is compared with. Numbers are decimal, with an exponent
 * if need be, and taken exactly; times are rounded to the nearest microsecond, half away from zero. Blanks, and at
 * most one comma or semicolon, part them. Empty lines and those that begin with # or % are passed over.
 */
function textDefinition(block: DecodeBlock, columns: readonly TextColumn[], unit: TimeUnitName): DecodeKernel {
  const { bytes, state, longState } = block;

  return function decode() {
    while (state[field.position] < state[field.end] && state[field.events] < state[field.capacity]) {
      const start = state[field.position];
      const newline = bytes.indexOf(10, start);
      const end = newline < 0 || newline >= state[field.end] ? state[field.end] : newline;
      state[field.position] = Math.min(end + 1, state[field.end]);
      const line = Buffer.from(bytes.subarray(start, end)).toString("latin1").replace(/^[ \t\r]+|[ \t\r]+$/g, "");
      if (line === "" || /^[#%]/.test(line)) continue;
      const fields = line.split(/[ \t\r]*[,;][ \t\r]*|[ \t\r]+/);
      if (/[,;]$/.test(line)) fields.pop();
      const values: Record<string, bigint> = {};
      const wrong = columns.findIndex((column, i) => {
        if (column === "-") return false;
        const value = decimal(fields[i] ?? "", column === "t" ? unitPower[unit] : 0, column === "t");
        if (value !== undefined) values[column] = value;
        return value === undefined;
      });
      if (wrong >= 0 || fields.length > columns.length) {
        state[field.fault] = fault.text;
        state[field.faultValue] = (wrong >= 0 ? wrong : columns.length) + 1;
        return;
      }
      if (state[field.shiftWanted]) {
        state[field.shiftWanted] = 0;
        longState[longField.shift] = values["t"];
      }
      const t = BigInt.asIntN(64, values["t"] - longState[longField.shift]);
      const place = (value: bigint) => (value < 0n || value > 0x7fffffffn ? 0x7fffffff : Number(value));
      emitEvent(block, t, place(values["x"]), place(values["y"]), values["p"] > 0n ? 1 : 0);
      if (state[field.fault] !== fault.none) return;
    }
  };
}

/** A decimal number times 10^power, rounded half away from zero where `rounds`; `undefined` when it is none, or too large. */
function decimal(text: string, power: number, rounds: boolean): bigint | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!match || (match[2] === "" && (match[3] ?? "") === "")) return undefined;
  const [, sign, whole, fraction = "", exponent = "0"] = match;
  const digits = (whole + fraction).replace(/^0+/, "");
  let shift = power - fraction.length + Math.max(-1000, Math.min(1000, Number(exponent)));
  // Eighteen digits are kept; those behind them only say whether something was lost.
  const kept = digits.slice(0, 18);
  let lost = /[1-9]/.test(digits.slice(18));
  shift += digits.length - kept.length;
  let value = BigInt(kept === "" ? "0" : kept);
  let half = false;
  if (shift > 0 && value !== 0n) {
    if (shift > 40) return undefined;
    value *= 10n ** BigInt(shift);
  } else if (shift < 0) {
    const unit = 10n ** BigInt(Math.min(-shift, 40));
    const rest = value % unit;
    value /= unit;
    half = rest * 2n >= unit;
    lost ||= rest !== 0n;
  }
  if (value >= 1n << 63n || (!rounds && lost)) return undefined;
  if (half) value++;
  return sign === "-" ? -value : value;
}

import { OptionError } from "../errors.js";
import type { EventCodec } from "./codec.js";

const bufferBytes = 1 << 16;
const longestRow = 64;

/**
 * Writes "t_us,x,y,p" with whole microseconds, so that nothing is lost and nothing need be guessed; with the header
 * field `columns: "t x y p"`, lines as the RPG datasets have them: seconds, blanks, no header. Triggers are left out.
 */
export const writeText: NonNullable<EventCodec["write"]> = async (batches, sink, { sensor, header }) => {
  const seconds = header?.["columns"] === "t x y p";
  if (header?.["columns"] !== undefined && !seconds) {
    throw new OptionError({ where: "writing text: header.columns", expected: '"t x y p", or nothing', received: `"${header["columns"]}"` });
  }
  const bytes = Buffer.alloc(bufferBytes);
  let length = bytes.write(seconds ? `${sensor.width} ${sensor.height}\n` : `# ${sensor.width}x${sensor.height}\nt_us,x,y,p\n`, "latin1");
  const number = (value: number) => {
    let digits = 1;
    for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) digits++;
    for (let at = length + digits - 1; at >= length; at--) {
      bytes[at] = 48 + (value % 10);
      value = Math.floor(value / 10);
    }
    length += digits;
  };
  for await (const { columns } of batches) {
    const { t, x, y, p } = columns;
    for (let i = 0; i < t.length; i++) {
      if (length + longestRow > bufferBytes) {
        await sink.write(bytes.subarray(0, length));
        length = 0;
      }
      if (seconds) {
        const whole = t[i] < 0n ? -t[i] : t[i];
        length += bytes.write(`${t[i] < 0n ? "-" : ""}${whole / 1_000_000n}.${String(whole % 1_000_000n).padStart(6, "0")}`, length, "latin1");
      } else {
        const time = Number(t[i]);
        if (time >= 0 && Number.isSafeInteger(time)) number(time);
        else length += bytes.write(String(t[i]), length, "latin1");
      }
      bytes[length++] = seconds ? 32 : 44;
      number(x[i]);
      bytes[length++] = seconds ? 32 : 44;
      number(y[i]);
      bytes[length++] = seconds ? 32 : 44;
      bytes[length++] = 48 + p[i];
      bytes[length++] = 10;
    }
  }
  await sink.write(bytes.subarray(0, length));
};

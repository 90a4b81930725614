/** The text at the start of AEDAT 1 to 3: lines that begin with #. */
import type { ByteSource } from "../bytes/index.js";
import { DecodeError } from "../errors.js";

const longest = 1 << 18;

export interface HashHeader {
  /** "2.0", "3.1". */
  readonly version: string;
  readonly text: string;
  readonly fields: Readonly<Record<string, string>>;
  /** First byte behind it. */
  readonly length: number;
}

/** Reads the lines up to one that says that the header ends, or to the first that does not begin with #. */
export async function readHashHeader(source: ByteSource, codec: string): Promise<HashHeader> {
  const buffer = Buffer.alloc(longest);
  const head = buffer.subarray(0, await source.read(buffer, 0));
  let length = 0;
  const lines: string[] = [];
  while (head[length] === 0x23) {
    const end = head.indexOf("\n", length);
    if (end < 0) {
      const received = head.length < longest ? "the end of the file inside it" : `none within ${longest} bytes`;
      throw new DecodeError({ codec, byteOffset: length, expected: "the end of the header", received });
    }
    const line = head.toString("latin1", length + 1, end).trim();
    lines.push(line);
    length = end + 1;
    if (/^(!END-HEADER|End Of ASCII Header)/i.test(line)) break;
  }
  const version = /^!AER-DAT(\d+\.\d+)/.exec(lines[0] ?? "")?.[1];
  if (version === undefined) throw new DecodeError({ codec, byteOffset: 0, expected: 'a line "#!AER-DAT" with a version', received: JSON.stringify(lines[0] ?? "") });
  const fields = lines.slice(1).flatMap((line) => {
    const [, key, value] = /^\s*([^:]{1,60}):\s*(.*)$/.exec(line) ?? [];
    return key === undefined ? [] : [[key.trim(), value] as const];
  });
  return { version, text: lines.join("\n"), fields: { version, ...Object.fromEntries(fields) }, length };
}

/**
 * The text header of Prophesee RAW and DAT files: lines `% key value`, optionally ended by `% end`.
 * @module
 */
import type { ByteSource } from "../bytes/index.js";
import { DecodeError } from "../errors.js";
import type { SensorSize } from "../events/schema.js";

export interface TextHeader {
  readonly fields: Readonly<Record<string, string>>;
  /** Offset of the first byte behind the header. */
  readonly length: number;
}

/** No header that we know of reaches 4 KiB. */
const longestHeader = 65536;

/** Reads the header at the start of a file. */
export async function readTextHeader(bytes: ByteSource, codec: string): Promise<TextHeader> {
  const head = new Uint8Array(longestHeader);
  const header = parseTextHeader(head.subarray(0, await bytes.read(head, 0)));
  if (header.length === longestHeader) {
    throw new DecodeError({
      codec,
      byteOffset: 0,
      expected: `a header of lines "% key value" shorter than ${longestHeader} bytes`,
      received: "a longer one",
      next: "This is hardly a recording of this format",
    });
  }
  return header;
}

/** The header ends at `% end`, or at the first line that does not start with "% ". */
export function parseTextHeader(head: Uint8Array): TextHeader {
  const fields: Record<string, string> = Object.create(null) as Record<string, string>;
  let position = 0;
  while (head[position] === 0x25 && head[position + 1] === 0x20) {
    const lineEnd = head.indexOf(0x0a, position);
    const line = latin1(head.subarray(position + 2, lineEnd < 0 ? head.length : lineEnd)).trimEnd();
    position = lineEnd < 0 ? head.length : lineEnd + 1;
    if (line === "end") break;
    const [key, value] = splitOnce(line, " ");
    fields[key] = value.trim();
  }
  return { fields, length: position };
}

/** Name of the event format that a RAW header states: "EVT3", "EVT2", "EVT21", …; `undefined` when it states none. */
export function rawFormat({ fields }: TextHeader): string | undefined {
  const format = fields["format"];
  if (format !== undefined) return splitOnce(format, ";")[0].trim().toUpperCase();
  const version = fields["evt"];
  return version === undefined ? undefined : `EVT${version.replace(/\.0$/, "").replace(".", "")}`;
}

/** A setting in the line that states the format: "EVT21;height=720;endianness=legacy". */
export function formatField(fields: TextHeader["fields"], key: string): string | undefined {
  const settings = (fields["format"] ?? "").split(";").map((part) => splitOnce(part, "="));
  return settings.find(([name]) => name === key)?.[1];
}

/** Sensors by the names that the headers of their cameras carry. */
const sensors: readonly { readonly name: RegExp; readonly size: SensorSize }[] = [
  { name: /gen3[01]?(?!\d)|gen3\.[01]|^3\.[01]$/i, size: { width: 640, height: 480 } },
  { name: /gen4[01]?(?!\d)|gen4\.[0-2]|imx636|imx646|^4\.[0-2]$/i, size: { width: 1280, height: 720 } },
  { name: /genx320|gen_?x320/i, size: { width: 320, height: 320 } },
];

/** Sensor size as the header states it, or by the name of the camera, with the assumption that this took. */
export function headerSensor(fields: TextHeader["fields"]): { sensor?: SensorSize; assumptions: string[] } {
  const geometry = /^(\d+)x(\d+)$/.exec(fields["geometry"] ?? "");
  const stated =
    pixels(geometry?.[1], geometry?.[2]) ??
    pixels(formatField(fields, "width"), formatField(fields, "height")) ??
    pixels(fields["Width"] ?? fields["width"], fields["Height"] ?? fields["height"]);
  if (stated) return { sensor: stated, assumptions: [] };
  for (const key of ["sensor_name", "sensor_generation", "plugin_integrator_name", "plugin_name"]) {
    const value = fields[key];
    const known = value === undefined ? undefined : sensors.find(({ name }) => name.test(value));
    if (known) {
      const { width, height } = known.size;
      return {
        sensor: known.size,
        assumptions: [`The header has no size; its ${key} "${value}" means a sensor of ${width}x${height}.`],
      };
    }
  }
  return { assumptions: [] };
}

function pixels(width: string | undefined, height: string | undefined): SensorSize | undefined {
  const size = { width: Number(width), height: Number(height) };
  const valid = (n: number) => Number.isInteger(n) && n > 0 && n <= 0xffff;
  return valid(size.width) && valid(size.height) ? size : undefined;
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

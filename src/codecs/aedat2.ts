/**
 * AEDAT 1 and 2, the formats of jAER: lines of text that start with #, then records of an address and a time.
 *
 * What the bits of an address mean, and from which corner coordinates count, depends on the camera and on who reads:
 * `camera` names it, or the header does. Coordinates are delivered as an image has them, from the top left.
 *
 * Source: the classes of the chips in jAER (DavisChip, DVS128), as described there.
 * @module
 */
import type { ByteSource } from "../bytes/index.js";
import { DecodeError, OptionError } from "../errors.js";
import type { SensorSize } from "../events/schema.js";
import { aedat2Definition, layoutRegisters, type AddressLayout } from "./aedat2.definition.js";
import { readHashHeader, type HashHeader } from "./aedat-text.js";
import type { EventCodec } from "./codec.js";
import type { WordFormat } from "./word-decoder.js";
import { readWords } from "./words.js";

interface Camera {
  readonly sensor: SensorSize;
  /** What is assumed of it, a sentence. */
  readonly says: string;
  layout(sensor: SensorSize, addressBytes: 2 | 4): AddressLayout;
}

const davis = (width: number, height: number): Camera => ({
  sensor: { width, height },
  says: `Addresses are read as jAER reads those of a DAVIS of ${width}x${height}, turned so that y counts from the top; frames in them are left out.`,
  layout: (sensor, addressBytes) => ({
    addressBytes, otherMask: 0x80000000, triggerMask: 1 << 10,
    xShift: 12, xMask: 0x3ff, xBase: sensor.width - 1, yShift: 22, yMask: 0x1ff, yBase: sensor.height - 1, pShift: 11, pFlip: 0,
  }),
});

const dvs128: Camera = {
  sensor: { width: 128, height: 128 },
  says: "Addresses are read as jAER reads those of a DVS128, turned so that y counts from the top: x counts from the right, and a bit of 0 means on.",
  layout: (sensor, addressBytes) => ({
    addressBytes, otherMask: 0, triggerMask: 1 << 15,
    xShift: 1, xMask: 0x7f, xBase: sensor.width - 1, yShift: 8, yMask: 0x7f, yBase: sensor.height - 1, pShift: 0, pFlip: 1,
  }),
};

const dvs128Tonic: Camera = {
  sensor: dvs128.sensor,
  says: "Addresses are read as tonic reads those of a DVS128: x and y change places, nothing is turned, and a bit of 1 means on.",
  layout: (_sensor, addressBytes) => ({
    addressBytes, otherMask: 0, triggerMask: 1 << 15,
    xShift: 8, xMask: 0x7f, xBase: -1, yShift: 1, yMask: 0x7f, yBase: -1, pShift: 0, pFlip: 0,
  }),
};

const cameras: Readonly<Record<string, Camera>> = {
  dvs128,
  "dvs128-tonic": dvs128Tonic,
  davis128: davis(128, 128),
  davis208: davis(208, 192),
  davis240: davis(240, 180),
  davis346: davis(346, 260),
  davis640: davis(640, 480),
};

const format = (layout: AddressLayout): WordFormat => ({
  codec: "aedat2",
  wordBytes: layout.addressBytes + 4,
  kernel: "decodeAedat2",
  definition: aedat2Definition,
  registers: layoutRegisters(layout),
  addressable: { width: 1 << 15, height: 1 << 15 },
});

export const aedat2: EventCodec = {
  name: "aedat2",
  title: "AEDAT 1 and 2 (jAER)",
  source: "chip classes of jAER, described",
  endings: ["aedat"],
  triggers: true,
  bookmarks: true,
  tail: true,
  sniff: (head) => /^#!AER-DAT[12]\./.test(Buffer.from(head.subarray(0, 12)).toString("latin1")),
  async info(bytes, options = {}) {
    const header = await readHashHeader(bytes, "aedat2");
    const camera = cameraOf(header, options.camera, bytes);
    return { format: "aedat2", sensor: camera.sensor, header: header.fields, assumptions: [camera.says] };
  },
  async *read(bytes, options = {}) {
    const header = await readHashHeader(bytes, "aedat2");
    const camera = cameraOf(header, options.camera, bytes);
    const sensor = options.sensor ?? camera.sensor;
    const addressBytes = header.version.startsWith("1") ? 2 : 4;
    if (addressBytes === 2 && !Object.is(camera, dvs128) && !Object.is(camera, dvs128Tonic)) {
      throw new DecodeError({ codec: "aedat2", byteOffset: 0, expected: "AEDAT 2 of a DAVIS", received: "AEDAT 1, whose addresses have 16 bits" });
    }
    yield* readWords(bytes, format(camera.layout(sensor, addressBytes)), header.length, sensor, options);
  },
};

function cameraOf(header: HashHeader, wanted: string | undefined, { name }: ByteSource): Camera {
  const known = Object.keys(cameras).join(", ");
  const chip = /AEChip:\s*(\S+)/i.exec(header.text)?.[1] ?? "";
  const found = wanted ?? /(?:^|\.)(dvs128|davis\D*?(?:128|208|240|346|640))/i.exec(chip)?.[1].toLowerCase().replace(/^davis\D*/, "davis");
  const camera = found === undefined ? undefined : cameras[found];
  if (camera) return camera;
  throw new OptionError({
    where: `${name}: camera`,
    expected: `one of ${known}`,
    received: wanted === undefined ? (chip === "" ? "none, and no chip in the header" : `none, and the chip ${chip} in the header`) : `"${wanted}"`,
    next: "Name the camera with `camera`: the meaning of the addresses depends on it",
  });
}

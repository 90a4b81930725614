/**
 * What was recorded beside the events, on its way to another file.
 * @module
 */
import { openRecording, type EventCodec, type OpenOptions, type PartOptions } from "../codecs/index.js";
import { isEvtlabError } from "../errors.js";
import type { EventFilter } from "../events/filter.js";
import type { Frame, ImuColumns, SensorSize } from "../events/schema.js";
import { pipeFrames } from "../filters/index.js";

export interface Beside {
  /** What goes along; `undefined` where there is none, or it cannot. */
  readonly frames: AsyncIterable<Frame> | undefined;
  readonly imu: AsyncIterable<ImuColumns> | undefined;
  /** What went along so far. */
  readonly told: { frames: number; samples: number };
  /** What stays behind, a sentence each. */
  readonly lost: readonly string[];
  close(): Promise<void>;
}

/** Opens the frames and inertial samples of a part of a file, as the filters leave them, for a format that may hold them. */
export async function openBeside(
  file: string,
  input: EventCodec,
  output: EventCodec,
  { options, part, filters }: { readonly options: OpenOptions & { readonly sensor: SensorSize }; readonly part: PartOptions; readonly filters: readonly EventFilter[] },
): Promise<Beside> {
  const told = { frames: 0, samples: 0 };
  const lost: string[] = [];
  const opened: { close(): Promise<void> }[] = [];
  const name = { frames: "frames", imu: "inertial samples" } as const;

  async function along<Item>(kind: "frames" | "imu", read: (recording: Awaited<ReturnType<typeof openRecording>>) => AsyncGenerator<Item>): Promise<Peeked<Item> | undefined> {
    if (!input[kind]) return undefined;
    const recording = await openRecording(file, options);
    opened.push(recording);
    let found: Peeked<Item> | undefined;
    try {
      found = await peek(read(recording));
    } catch (error) {
      if (!isEvtlabError(error, "OptionError") && !isEvtlabError(error, "FormatError")) throw error;
      lost.push(`the ${name[kind]}: ${error.message}`);
      return undefined;
    }
    if (found === undefined || output.holds?.includes(kind)) return found;
    lost.push(`the ${name[kind]}, for which ${output.title} has no place`);
    return undefined;
  }

  const frames = await along("frames", (recording) => pipeFrames(recording.frames(part), options.sensor, ...filters));
  if (frames?.first.exposure && !output.holds?.includes("exposures")) lost.push(`start and end of the exposures: ${output.title} has the time of a frame only`);
  const staying = filters.find(({ leaves }) => leaves?.includes("imu"));
  const imu = await along("imu", async function* (recording) {
    yield* recording.imu(part);
  });
  if (imu && staying) lost.push(`the inertial samples, which cannot follow the filter "${staying.id}"`);
  return {
    frames: frames && counted(frames.all, () => told.frames++),
    imu: imu && !staying ? counted(imu.all, ({ t }) => (told.samples += t.length)) : undefined,
    told,
    lost,
    async close() {
      for (const recording of opened) await recording.close();
    },
  };
}

interface Peeked<Item> {
  readonly first: Item;
  /** All items, the first one among them. */
  readonly all: AsyncIterable<Item>;
}

async function peek<Item>(items: AsyncGenerator<Item>): Promise<Peeked<Item> | undefined> {
  const first = await items.next();
  if (first.done) return undefined;
  async function* all(): AsyncGenerator<Item> {
    yield first.value as Item;
    yield* items;
  }
  return { first: first.value, all: all() };
}

async function* counted<Item>(items: AsyncIterable<Item>, count: (item: Item) => void): AsyncGenerator<Item> {
  for await (const item of items) {
    count(item);
    yield item;
  }
}

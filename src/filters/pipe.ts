/**
 * Filters over a stream of tables.
 * @module
 */
import { OptionError, TableError } from "../errors.js";
import { FilterChain, requireStreamable, type EventFilter } from "../events/filter.js";
import { noTriggers, type EventColumns, type Frame, type SensorSize, type TriggerColumns } from "../events/schema.js";
import { EventTable } from "../events/table.js";

/**
 * Each table of a stream after one filter behind the other, in memory that does not grow with the recording:
 *
 * ```ts
 * for await (const batch of pipe(streamEvents("talk.raw"), backgroundActivity({ within: "5ms" }))) draw(batch);
 * ```
 * The events are those of `table.pipe` over the whole recording; filters that hold events back give them with a later
 * batch, the last ones after the end. Tables without events and triggers are left out.
 * @throws OptionError for a filter that needs the whole recording.
 * @throws TableError when a later table has a larger sensor than the first: say its size when opening the stream.
 */
export async function* pipe(
  tables: Iterable<EventTable> | AsyncIterable<EventTable>,
  ...filters: readonly EventFilter[]
): AsyncGenerator<EventTable> {
  requireStreamable(filters);
  let first: EventTable | undefined;
  let chain: FilterChain | undefined;
  let provenance = { format: "columns", assumptions: [] as readonly string[] };
  const table = (columns: EventColumns, triggers: TriggerColumns): EventTable =>
    new EventTable(columns, { sensor: chain!.sensor, origin: first!.origin, triggers, provenance });
  for await (const batch of tables) {
    first ??= batch;
    chain ??= new FilterChain(filters, first);
    requireSameSensor(first, batch);
    ({ provenance } = batch);
    const columns = chain.push(batch);
    const triggers = chain.triggers(batch.triggers);
    if (columns.t.length + triggers.t.length > 0) yield table(columns, triggers);
  }
  const rest = chain?.finish();
  if (rest && rest.t.length > 0) yield table(rest, noTriggers);
}

/**
 * The pictures that were recorded with events, where filters have moved those: cropped and mirrored like them.
 * @param sensor size of the sensor before the filters
 * @throws OptionError for a filter that pictures cannot follow.
 * @throws FormatError when a picture is to be cropped that has not the size of the sensor.
 */
export async function* pipeFrames(
  frames: Iterable<Frame> | AsyncIterable<Frame>,
  sensor: SensorSize,
  ...filters: readonly EventFilter[]
): AsyncGenerator<Frame> {
  const stays = filters.find(({ leaves }) => leaves?.includes("frames"));
  if (stays) throw new OptionError({ where: "filter of frames", expected: "filters that pictures can follow: crop and flip, and all that move no pixel and no time", received: `"${stays.id}"` });
  const chain = new FilterChain(filters, { sensor, origin: 0n });
  for await (const frame of frames) yield chain.frame(frame);
}

function requireSameSensor({ sensor: first }: EventTable, { sensor }: EventTable): void {
  if (sensor.width <= first.width && sensor.height <= first.height) return;
  throw new TableError({
    where: "filter of a stream",
    expected: `events on the ${first.width}x${first.height} sensor of the first batch`,
    received: `a batch on ${sensor.width}x${sensor.height}`,
    next: "Give streamEvents the sensor size: the file does not say it",
  });
}

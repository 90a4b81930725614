/**
 * Filters over a stream of tables.
 * @module
 */
import { TableError } from "../errors.js";
import { FilterChain, requireStreamable, type EventFilter } from "../events/filter.js";
import { noTriggers, type EventColumns, type TriggerColumns } from "../events/schema.js";
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

function requireSameSensor({ sensor: first }: EventTable, { sensor }: EventTable): void {
  if (sensor.width <= first.width && sensor.height <= first.height) return;
  throw new TableError({
    where: "filter of a stream",
    expected: `events on the ${first.width}x${first.height} sensor of the first batch`,
    received: `a batch on ${sensor.width}x${sensor.height}`,
    next: "Give streamEvents the sensor size: the file does not say it",
  });
}

import { EventTable } from "../../events/table.js";
import { play } from "../../plot/player/play.js";
import { saveAtomically } from "../../run/save.js";
import type { Programme } from "./server.js";

/** Eight times what a player carries are thinned, more are cut: no more need be read. */
const mostRead = 8e6 + 1;

/** Writes a page that holds its player and its events. */
export async function writePage(path: string, { recording, overview, frames, told }: Programme): Promise<void> {
  const { at, window, speed, mode, view } = told.start;
  let events = overview.table;
  if (!events) {
    const tables: EventTable[] = [];
    let count = 0;
    for await (const table of recording.stream({ from: overview.from, to: overview.to })) {
      tables.push(new EventTable(table, { ...table, sensor: overview.sensor }));
      count += table.length;
      if (count >= mostRead) break;
    }
    events = EventTable.concat(tables).sort();
  }
  const player = play(events, { frames, window, speed, mode, view, at });
  saveAtomically(path, await player.html(told.name));
}

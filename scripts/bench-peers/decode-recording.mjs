// The recording of the decode bench: 20 million events on 1280x720 in 2.06 s, half of them in runs that a sensor
// sends as vector words, row after row as an arbiter reads them. The same seed gives the same bytes.
import { EventTable } from "../../dist/src/index.js";
import { writeEvents } from "../../dist/src/codecs/index.js";

const width = 1280;
const height = 720;

export async function makeRecordings(paths, { events = 20_000_000, seed = 1 } = {}) {
  const t = new BigInt64Array(events);
  const x = new Uint16Array(events);
  const y = new Uint16Array(events);
  const p = new Uint8Array(events);
  let state = seed >>> 0;
  const below = (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  for (let i = 0; i < events; ) {
    const time = BigInt(1000 + Math.floor((i / events) * 2_060_000));
    const row = below(height);
    const isRun = below(9) === 0;
    const column = isRun ? below(width / 32) * 32 : below(width);
    const on = below(2);
    for (let k = 0; k < (isRun ? 32 : 1) && i < events; k++) {
      if (isRun && below(4) !== 0) continue;
      t[i] = time;
      x[i] = column + k;
      y[i] = row;
      p[i++] = on;
    }
  }
  const table = EventTable.from({ t, x, y, p }, { sensor: { width, height } });
  for (const [format, path] of Object.entries(paths)) await writeEvents(table, path, { format });
}

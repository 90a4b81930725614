// A made recording for benches: bright and dark edges that sweep over the sensor, with jitter, runs and noise.
// The same seed gives the same columns.

/** Columns of about `duration` µs: sorted `t`, and as many events as asked for. */
export function movingEdges({ events, width, height, duration = 2_060_000, edges = 12, seed = 1 }) {
  const t = new BigInt64Array(events);
  const x = new Uint16Array(events);
  const y = new Uint16Array(events);
  const p = new Uint8Array(events);
  const random = xorshift(seed);
  const lines = Array.from({ length: edges }, (_, i) => ({
    start: random() * width,
    speed: ((random() - 0.5) * 2 * width) / 1e6,
    slope: (random() - 0.5) * 0.8,
    on: i & 1,
  }));
  for (let i = 0; i < events; ) {
    const now = Math.floor((i / events) * duration);
    const row = Math.floor(random() * height);
    let column;
    let on;
    let run = 1;
    if (random() < 0.05) {
      column = Math.floor(random() * width);
      on = random() < 0.5 ? 1 : 0;
    } else {
      const line = lines[Math.floor(random() * edges)];
      const centre = line.start + line.speed * now + line.slope * row + (random() - 0.5) * 12;
      column = Math.floor(((centre % width) + width) % width);
      on = random() < 0.9 ? line.on : 1 - line.on;
      if (random() < 0.25) run = 2 + Math.floor(random() * 6);
    }
    for (; run > 0 && i < events && column < width; run--, i++, column++) {
      t[i] = BigInt(now);
      x[i] = column;
      y[i] = row;
      p[i] = on;
    }
  }
  return { t, x, y, p };
}

function xorshift(seed) {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

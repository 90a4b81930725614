// The pictures that all simulators are given: 60 of 346x260 at 100 a second, bytes; bright and dark blobs that wander.
export const sensor = { width: 346, height: 260 };
export const count = 60;
export const step = 10_000;

export function makeFrames() {
  const { width, height } = sensor;
  const blobs = Array.from({ length: 24 }, (_, k) => ({
    x: width * (0.5 + 0.45 * Math.sin(1.7 * k)),
    y: height * (0.5 + 0.45 * Math.cos(2.3 * k)),
    radius: 12 + ((7 * k) % 23),
    speed: 90 + ((31 * k) % 130),
    angle: 0.9 * k,
    light: k % 2 ? 90 : -70,
  }));
  const frames = new Uint8Array(count * width * height);
  for (let n = 0, i = 0; n < count; n++) {
    const seconds = (n * step) / 1e6;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let light = 100 + 30 * Math.sin(x / 19) * Math.cos(y / 23);
        for (const blob of blobs) {
          const dx = x - blob.x - blob.speed * seconds * Math.cos(blob.angle);
          const dy = y - blob.y - blob.speed * seconds * Math.sin(blob.angle);
          const near = (dx * dx + dy * dy) / (blob.radius * blob.radius);
          if (near < 4) light += blob.light * Math.min(1, Math.max(0, 3 * (1.5 - Math.sqrt(near))));
        }
        frames[i++] = Math.min(255, Math.max(0, light));
      }
    }
  }
  return frames;
}

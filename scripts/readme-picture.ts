// Draws the picture at the top of the README from a recording that is made on the spot.
// npm run picture
import { mkdir, writeFile } from "node:fs/promises";
import { plot } from "../src/index.js";
import { expression, face, faceEvents, perform } from "../src/simulate/index.js";

const target = "notebooks/images/readme.png";

async function main(): Promise<void> {
  const someone = face({ seed: 5 });
  const smile = perform({ duration: "1s", movements: expression("happiness", { start: "200ms", style: someone.style }), seed: 5 });
  const events = faceEvents(someone, smile, { width: 400, height: 400, model: "esim", thresholdSpread: 0.02, seed: 7 });
  const moment = events.between("300ms", "330ms");
  const figure = plot.grid(
    [
      plot.frame(moment, { title: "30 ms of events" }),
      plot.rate(events, { title: "event rate" }),
      plot.cloud(events.between("300ms", "600ms"), { title: "events in space and time", seed: 7 }),
    ],
    { width: 1080 },
  );
  await mkdir("notebooks/images", { recursive: true });
  await writeFile(target, await figure.png({ scale: 2 }));
  console.log(`${target}: ${figure.toString()}`);
}

void main();

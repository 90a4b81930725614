// Draws the picture at the top of the README from a recording that is made on the spot.
// npm run picture
import { mkdir, writeFile } from "node:fs/promises";
import { plot } from "../src/index.js";
import { facelike } from "../src/simulate/index.js";

const target = "notebooks/images/readme.png";

async function main(): Promise<void> {
  const events = facelike({ seed: 7, width: 400, height: 400, duration: "2s" });
  const moment = events.between("400ms", "430ms");
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

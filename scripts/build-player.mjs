// Bundles the browser side of the event player into one script, which defines `evtlabPlayer`.
import { build } from "esbuild";

await build({
  entryPoints: ["src/plot/player/browser/main.ts"], outfile: "src/plot/player/player.bundle.js",
  bundle: true, minify: true, format: "iife", globalName: "evtlabPlayer", target: "es2022", logLevel: "warning", legalComments: "none",
});

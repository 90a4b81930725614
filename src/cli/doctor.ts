/**
 * `evtlab doctor`: what this machine has, and the command that adds what it lacks.
 * @module
 */
import type { Command } from "commander";
import type { Finding } from "./findings.js";

export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("show engines, devices, programs and packages, and the command that adds each that is missing")
    .option("--json", "as JSON")
    .addHelpText("after", "\nExample:\n  evtlab doctor")
    .action(async ({ json }: { readonly json?: true }) => {
      const { examine } = await import("./findings.js");
      const findings = await examine();
      if (json) console.log(JSON.stringify(findings, undefined, 2));
      else for (const [title, list] of Object.entries(findings)) console.log(section(title, list));
    });
}

function section(title: string, findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  const lines = findings.map(({ name, found, detail, add }) => `  ${found ? "+" : "-"} ${name.padEnd(width)}  ${detail}${add === undefined ? "" : `; add it with: ${add}`}`);
  return `${title}\n${lines.join("\n")}\n`;
}

/**
 * `Deno.jupyter`, so that notebooks written for Deno's kernel show what they showed there.
 * Source of the interface: https://docs.deno.com/api/deno/jupyter
 * @module
 */
import type { JsonObject, MimeBundle } from "../../../src/jupyter/index.js";
import type { CommOptions } from "./comms.js";
import { currentCell } from "./current.js";
import { display, displaySymbol, type DisplayBundle } from "./display.js";
import { report } from "./output.js";

interface BroadcastContent {
  readonly data?: MimeBundle;
  readonly metadata?: JsonObject;
  readonly transient?: { readonly display_id?: string };
  readonly wait?: boolean;
  readonly name?: "stdout" | "stderr";
  readonly text?: string;
  readonly comm_id?: string;
  readonly target_name?: string;
}

/** Sends a message of the Jupyter protocol to all front ends. */
async function broadcast(type: string, content: BroadcastContent, options: Pick<CommOptions, "metadata" | "buffers"> = {}): Promise<void> {
  const cell = currentCell();
  const { data = {}, metadata = {}, transient } = content;
  switch (type) {
    case "display_data":
    case "update_display_data":
      return report({ type: "display", cell, data, metadata, displayId: transient?.display_id, update: type === "update_display_data" });
    case "clear_output":
      return report({ type: "clear", cell, wait: content.wait ?? false });
    case "stream":
      return report({ type: "stream", cell, name: content.name ?? "stdout", text: content.text ?? "" });
    case "comm_open":
    case "comm_msg":
    case "comm_close": {
      const { comm_id: id = "", target_name: target = "" } = content;
      const step = type.slice(5) as "open" | "msg" | "close";
      return report({ type: "comm", step, id, target, cell, data: data as JsonObject, metadata: options.metadata ?? {}, buffers: options.buffers ?? [] });
    }
    default:
      throw new Error(`Deno.jupyter.broadcast: expected display_data, update_display_data, clear_output, stream or a comm message, got "${type}".`);
  }
}

/** A tag of template literals that shows its text as one MIME type. */
function tagFor(mime: string) {
  return (strings: TemplateStringsArray, ...values: readonly unknown[]) => shown({ [mime]: String.raw(strings, ...values) });
}

function shown(bundle: DisplayBundle) {
  return { [displaySymbol]: () => bundle };
}

const mimeOf = (bytes: Uint8Array): string => (bytes[0] === 0xff && bytes[1] === 0xd8 ? "image/jpeg" : bytes[0] === 0x47 ? "image/gif" : "image/png");

export const jupyter = {
  $display: displaySymbol,
  broadcast,
  display: async (value: unknown, options: { readonly raw?: boolean } = {}): Promise<void> => void display(value, options),
  md: tagFor("text/markdown"),
  html: tagFor("text/html"),
  svg: tagFor("image/svg+xml"),
  image: (bytes: Uint8Array) => shown({ [mimeOf(bytes)]: bytes }),
} as const;

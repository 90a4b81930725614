/**
 * The outputs of cells, grown from the messages of a kernel.
 * @module
 */
import type { Message } from "../jupyter/messages.js";
import { isMessage } from "../jupyter/messages.js";
import type { CellOutput, CodeCell, DisplayOutput, Metadata } from "../jupyter/nbformat.js";
import type { MimeBundle } from "../jupyter/messages.js";

/** Displays of a whole notebook that later cells may update. */
export class Displays {
  readonly #outputs = new Map<string, Set<DisplayOutput>>();

  add(id: string, output: DisplayOutput): void {
    const outputs = this.#outputs.get(id) ?? new Set();
    this.#outputs.set(id, outputs.add(output));
  }

  update(id: string, data: MimeBundle, metadata: Metadata): void {
    for (const output of this.#outputs.get(id) ?? []) Object.assign(output, { data, metadata });
  }
}

/** Applies messages to the outputs of one cell: streams grow together, displays update in place. */
export class OutputArea {
  readonly #cell: CodeCell;
  readonly #displays: Displays;
  #clearNext = false;

  constructor(cell: CodeCell, displays: Displays) {
    this.#cell = cell;
    this.#displays = displays;
  }

  /** Takes a message in; returns the output that it added, in the form in which it came. */
  receive(message: Message): CellOutput | undefined {
    if (isMessage(message, "stream")) return this.#add({ output_type: "stream", name: message.content.name, text: message.content.text });
    if (isMessage(message, "error")) return this.#add({ output_type: "error", ename: message.content.ename, evalue: message.content.evalue, traceback: [...message.content.traceback] });
    if (isMessage(message, "display_data") || isMessage(message, "execute_result")) return this.#display(message);
    if (isMessage(message, "update_display_data")) {
      const { data, metadata, transient } = message.content;
      this.#displays.update(transient?.display_id ?? "", data, metadata);
    } else if (isMessage(message, "clear_output")) {
      if (message.content.wait) this.#clearNext = true;
      else this.#cell.outputs = [];
    } else if (isMessage(message, "execute_input")) {
      this.#cell.execution_count = message.content.execution_count;
    }
    return undefined;
  }

  #display(message: Message<"display_data"> | Message<"execute_result">): CellOutput {
    const { data, metadata, transient } = message.content;
    const output: DisplayOutput = { output_type: message.header.msg_type, data, metadata: { ...metadata } };
    if (isMessage(message, "execute_result")) output.execution_count = message.content.execution_count;
    if (transient?.display_id !== undefined) {
      this.#displays.update(transient.display_id, data, output.metadata);
      this.#displays.add(transient.display_id, output);
    }
    return this.#add(output);
  }

  #add(output: CellOutput): CellOutput {
    if (this.#clearNext) {
      this.#cell.outputs = [];
      this.#clearNext = false;
    }
    const last = this.#cell.outputs.at(-1);
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name) last.text += output.text;
    else this.#cell.outputs.push(output.output_type === "stream" ? { ...output } : output);
    return output;
  }
}

/** What a terminal would show of a text with carriage returns and backspaces: the last state of a progress bar. */
export function asTerminal(text: string): string {
  let shown = text;
  for (let before = ""; before.length !== shown.length; ) {
    before = shown;
    shown = shown.replace(/[^\n][\b]/g, "");
  }
  return shown.replace(/\r+\n/g, "\n").replace(/[^\n]*\r(?=[^\n])/g, "");
}

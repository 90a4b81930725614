/**
 * Many small writes become few messages: text of one stream of one cell is joined for a moment before it is sent.
 * @module
 */
import type { Output } from "./session.js";

type Text = Extract<Output, { type: "stream" }>;

const milliseconds = 10;
const characters = 1 << 16;

export class StreamBuffer {
  readonly #send: (output: Output) => void;
  #first: Text | undefined;
  #parts: string[] = [];
  #length = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (output: Output) => void) {
    this.#send = send;
  }

  /** Sends in the order of the calls. */
  push(output: Output): void {
    if (output.type !== "stream") {
      this.flush();
      this.#send(output);
      return;
    }
    if (this.#first !== undefined && (this.#first.cell !== output.cell || this.#first.name !== output.name)) this.flush();
    if (this.#first === undefined) {
      this.#first = output;
      this.#timer = setTimeout(() => this.flush(), milliseconds);
    }
    this.#parts.push(output.text);
    this.#length += output.text.length;
    if (this.#length >= characters) this.flush();
  }

  flush(): void {
    if (this.#first === undefined) return;
    clearTimeout(this.#timer);
    const joined = { ...this.#first, text: this.#parts.join("") };
    this.#first = undefined;
    this.#parts = [];
    this.#length = 0;
    this.#send(joined);
  }
}

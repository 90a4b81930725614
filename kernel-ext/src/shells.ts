/**
 * The main shell and its subshells: each a queue of cells that run one after the other.
 *
 * All run on the one thread of the cell process. A cell of a subshell gets its turn while another one awaits; beside a
 * loop that never does, it waits.
 * Source: https://jupyter-client.readthedocs.io/en/stable/messaging.html#create-subshell
 * @module
 */
import type { Header } from "../../src/jupyter/index.js";

export class Shell<Cell> {
  readonly waiting: Cell[] = [];
  /** The request that runs. */
  running: Header | undefined;
}

export class Shells<Cell> {
  readonly main = new Shell<Cell>();
  readonly #subshells = new Map<string, Shell<Cell>>();

  /** The identifiers of the subshells. */
  get subshells(): readonly string[] {
    return [...this.#subshells.keys()];
  }

  create(): string {
    const id = crypto.randomUUID();
    this.#subshells.set(id, new Shell());
    return id;
  }

  /** Takes a subshell away; a cell that runs in it comes to its end. @throws Error when there is none with this `id`. */
  delete(id: string): Shell<Cell> {
    const shell = this.#subshells.get(id);
    if (shell === undefined) throw new Error(unknownSubshell(id));
    this.#subshells.delete(id);
    return shell;
  }

  /** The shell that a request is for; undefined when it names a subshell that is not there. */
  find(id: string | null | undefined): Shell<Cell> | undefined {
    return typeof id === "string" ? this.#subshells.get(id) : this.main;
  }
}

export function unknownSubshell(id: string): string {
  return `There is no subshell "${id}": it was deleted, or belongs to another kernel.`;
}

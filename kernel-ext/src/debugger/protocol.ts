/**
 * Names of the Debug Adapter Protocol and of what Jupyter adds to it.
 * Source: https://microsoft.github.io/debug-adapter-protocol/specification and
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#debug-request
 * @module
 */
export interface Source {
  readonly name?: string;
  readonly path: string;
}

export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly type?: string;
  readonly variablesReference: number;
  readonly namedVariables?: number;
}

/** The files by which front ends know cells: this, the hash of the code, and the ending. */
export const cellFiles = { hashSeed: 0xc70f6907, tmpFilePrefix: "/evtlab/", tmpFileSuffix: ".ts" } as const;

/**
 * The connection file: where the five channels of a kernel are, and the key that signs.
 * @module
 */
import { readFile } from "node:fs/promises";

import { ProtocolError } from "../errors.js";

/** The channels, by the name of their port in the connection file. */
export const channels = ["shell", "iopub", "stdin", "control", "hb"] as const;
export type Channel = (typeof channels)[number];

/** Content of a connection file. */
export interface ConnectionInfo {
  readonly transport: "tcp" | "ipc";
  /** Address for tcp, path prefix for ipc. */
  readonly ip: string;
  readonly shell_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly control_port: number;
  readonly hb_port: number;
  readonly key: string;
  readonly signature_scheme: string;
  readonly kernel_name?: string;
}

/** The ZeroMQ address of a channel. */
export function endpoint(connection: ConnectionInfo, channel: Channel): string {
  const port = connection[`${channel}_port`];
  return connection.transport === "ipc" ? `ipc://${connection.ip}-${port}` : `tcp://${connection.ip}:${port}`;
}

/** @throws ProtocolError when the file cannot be read or lacks a field. */
export async function readConnectionFile(path: string): Promise<ConnectionInfo> {
  let info: Partial<ConnectionInfo>;
  try {
    info = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new ProtocolError({ where: path, expected: "a Jupyter connection file", received: cause instanceof Error ? cause.message : String(cause), cause });
  }
  for (const channel of channels) {
    if (!Number.isInteger(info[`${channel}_port`])) {
      throw new ProtocolError({ where: path, expected: `a number as ${channel}_port`, received: String(info[`${channel}_port`]) });
    }
  }
  return { transport: "tcp", ip: "127.0.0.1", key: "", signature_scheme: "hmac-sha256", ...(info as Pick<ConnectionInfo, "shell_port" | "iopub_port" | "stdin_port" | "control_port" | "hb_port">) };
}

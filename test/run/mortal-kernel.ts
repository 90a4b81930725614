/** A kernel that answers kernel_info and dies of the first cell. */
import { Publisher, Router } from "zeromq";
import { endpoint, readConnectionFile } from "../../src/jupyter/connection.js";
import { createMessage, isMessage } from "../../src/jupyter/messages.js";
import { decodeMessage, encodeMessage } from "../../src/jupyter/wire.js";

const connection = await readConnectionFile(process.argv[2]!);
const [shell, control, iopub] = [new Router(), new Router(), new Publisher()];
await shell.bind(endpoint(connection, "shell"));
await control.bind(endpoint(connection, "control"));
await iopub.bind(endpoint(connection, "iopub"));
const sender = { session: "mortal", username: "kernel" };
for await (const frames of shell) {
  const request = decodeMessage(frames, connection);
  if (!isMessage(request, "kernel_info_request")) process.exit(7);
  const parent = request.header;
  const info = { status: "ok", protocol_version: "5.4", implementation: "mortal", implementation_version: "1", banner: "", help_links: [], language_info: { name: "typescript", version: "1", mimetype: "", file_extension: "" } } as const;
  await shell.send(encodeMessage(createMessage(sender, "kernel_info_reply", info, { parent, identities: request.identities }), connection) as Buffer[]);
  await iopub.send(encodeMessage(createMessage(sender, "status", { execution_state: "idle" }, { parent }), connection) as Buffer[]);
}

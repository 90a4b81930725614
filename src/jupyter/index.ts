/** The Jupyter wire: messages, signatures, connection files; kernels, a client of them, and notebook files. */
export * from "./client.js";
export * from "./connection.js";
export * from "./kernelspecs.js";
export * from "./messages.js";
export * from "./nbformat.js";
export * from "./wire.js";

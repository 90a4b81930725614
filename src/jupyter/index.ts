/** The Jupyter wire: messages, signatures and connection files. */
export * from "./connection.js";
export * from "./messages.js";
export * from "./wire.js";

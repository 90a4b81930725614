/**
 * The messages of the Jupyter protocol, version 5.5: what travels on which channel, and its content.
 * Source: https://jupyter-client.readthedocs.io/en/stable/messaging.html
 * @module
 */

export const protocolVersion = "5.5";

/** A value in JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** One value in several forms: MIME type to text, base64 or JSON. */
export type MimeBundle = { readonly [mime: string]: Json };

/** How the front end finds the end of an execution. */
export type ExecutionState = "starting" | "busy" | "idle";

/** An exception as the front end shows it. */
export interface ErrorContent {
  /** Class of the exception, such as `TypeError`. */
  readonly ename: string;
  /** Its message. */
  readonly evalue: string;
  /** Lines to show, possibly with ANSI colours. */
  readonly traceback: readonly string[];
}

export type OkReply<Fields = unknown> = { readonly status: "ok" } & Fields;
export type ErrorReply = { readonly status: "error" } & ErrorContent;
export type AbortedReply = { readonly status: "aborted" };
type Reply<Fields = unknown> = OkReply<Fields> | ErrorReply | AbortedReply;

export interface LanguageInfo {
  readonly name: string;
  readonly version: string;
  readonly mimetype: string;
  readonly file_extension: string;
  readonly pygments_lexer?: string;
  readonly codemirror_mode?: Json;
  readonly nbconvert_exporter?: string;
}

export interface KernelInfo {
  readonly protocol_version: string;
  readonly implementation: string;
  readonly implementation_version: string;
  readonly language_info: LanguageInfo;
  readonly banner: string;
  readonly help_links: readonly { readonly text: string; readonly url: string }[];
  readonly supported_features?: readonly string[];
}

/** A cell to execute. */
export interface ExecuteRequest {
  readonly code: string;
  /** No output, no history, no count. */
  readonly silent: boolean;
  readonly store_history: boolean;
  readonly user_expressions: { readonly [name: string]: string };
  readonly allow_stdin: boolean;
  /** When the cell fails, queued cells are aborted. */
  readonly stop_on_error: boolean;
}

interface DisplayContent {
  readonly data: MimeBundle;
  readonly metadata: JsonObject;
  readonly transient?: { readonly display_id?: string };
}

/** A position is counted in code points, not UTF-16 units. */
interface Position {
  readonly code: string;
  readonly cursor_pos: number;
}

/** A request of the Debug Adapter Protocol. Source: https://microsoft.github.io/debug-adapter-protocol/specification */
export interface DebugRequest {
  readonly type: "request";
  readonly seq: number;
  readonly command: string;
  readonly arguments?: JsonObject;
}

export interface DebugResponse {
  readonly type: "response";
  readonly request_seq: number;
  readonly seq: number;
  readonly success: boolean;
  readonly command: string;
  readonly message?: string;
  readonly body?: unknown;
}

export interface DebugEvent {
  readonly type: "event";
  readonly seq: number;
  readonly event: string;
  readonly body?: unknown;
}

/** Content of each message by its type. */
export interface Contents {
  // shell
  readonly kernel_info_request: Record<string, never>;
  readonly kernel_info_reply: Reply<KernelInfo>;
  readonly execute_request: ExecuteRequest;
  readonly execute_reply:
    | ((OkReply<{ readonly user_expressions?: { readonly [name: string]: unknown }; readonly payload?: readonly Json[] }> | ErrorReply) & {
        readonly execution_count: number;
      })
    | (AbortedReply & { readonly execution_count?: never });
  readonly complete_request: Position;
  readonly complete_reply: Reply<{
    readonly matches: readonly string[];
    readonly cursor_start: number;
    readonly cursor_end: number;
    readonly metadata: JsonObject;
  }>;
  readonly inspect_request: Position & { readonly detail_level: 0 | 1 };
  readonly inspect_reply: Reply<{ readonly found: boolean; readonly data: MimeBundle; readonly metadata: JsonObject }>;
  readonly is_complete_request: { readonly code: string };
  readonly is_complete_reply: { readonly status: "complete" | "incomplete" | "invalid" | "unknown"; readonly indent?: string };
  readonly history_request: {
    readonly output: boolean;
    readonly raw: boolean;
    readonly hist_access_type: "range" | "tail" | "search";
    readonly session?: number;
    readonly start?: number;
    readonly stop?: number;
    readonly n?: number;
    readonly pattern?: string;
    readonly unique?: boolean;
  };
  readonly history_reply: Reply<{ readonly history: readonly (readonly [number, number, string | readonly [string, string | null]])[] }>;
  readonly comm_info_request: { readonly target_name?: string };
  readonly comm_info_reply: Reply<{ readonly comms: { readonly [id: string]: { readonly target_name: string } } }>;
  readonly comm_open: { readonly comm_id: string; readonly target_name: string; readonly data: JsonObject };
  readonly comm_msg: { readonly comm_id: string; readonly data: JsonObject };
  readonly comm_close: { readonly comm_id: string; readonly data: JsonObject };
  // control
  readonly shutdown_request: { readonly restart: boolean };
  readonly shutdown_reply: Reply<{ readonly restart: boolean }>;
  readonly interrupt_request: Record<string, never>;
  readonly interrupt_reply: Reply;
  readonly create_subshell_request: Record<string, never>;
  readonly create_subshell_reply: Reply<{ readonly subshell_id: string }>;
  readonly delete_subshell_request: { readonly subshell_id: string };
  readonly delete_subshell_reply: Reply;
  readonly list_subshell_request: Record<string, never>;
  readonly list_subshell_reply: Reply<{ readonly subshell_id: readonly string[] }>;
  readonly debug_request: DebugRequest;
  readonly debug_reply: DebugResponse;
  // iopub
  readonly debug_event: DebugEvent;
  readonly status: { readonly execution_state: ExecutionState };
  readonly execute_input: { readonly code: string; readonly execution_count: number };
  readonly execute_result: DisplayContent & { readonly execution_count: number };
  readonly display_data: DisplayContent;
  readonly update_display_data: DisplayContent;
  readonly clear_output: { readonly wait: boolean };
  readonly stream: { readonly name: "stdout" | "stderr"; readonly text: string };
  readonly error: ErrorContent;
  readonly iopub_welcome: { readonly subscription: string };
  // stdin
  readonly input_request: { readonly prompt: string; readonly password: boolean };
  readonly input_reply: { readonly value: string };
}
export type MessageType = keyof Contents;

export interface Header<Type extends string = string> {
  readonly msg_id: string;
  /** One for each client or kernel process. */
  readonly session: string;
  readonly username: string;
  /** ISO 8601. */
  readonly date: string;
  readonly msg_type: Type;
  readonly version: string;
  /** The subshell that a request is for; none means the main shell. */
  readonly subshell_id?: string | null;
}

/** A message; `content` is typed when the type is known. */
export interface Message<Type extends string = string> {
  /** Routing frames before the delimiter; for iopub the topic. */
  readonly identities: readonly Uint8Array[];
  readonly header: Header<Type>;
  readonly parent_header: Header | Record<string, never>;
  readonly metadata: JsonObject;
  readonly content: Type extends MessageType ? Contents[Type] : JsonObject;
  readonly buffers: readonly Uint8Array[];
}

/** True for a message of the given type, whose content is then typed. */
export function isMessage<Type extends MessageType>(message: Message, type: Type): message is Message & Message<Type> {
  return message.header.msg_type === type;
}

/** True when `message` answers or belongs to the request `header`. */
export function isChildOf(message: Message, header: Header): boolean {
  return message.parent_header.msg_id === header.msg_id;
}

/** Who sends: makes headers of one session. */
export interface Sender {
  readonly session: string;
  readonly username: string;
}

/** A new message, with a fresh id and the time of now. */
export function createMessage<Type extends MessageType>(
  sender: Sender,
  type: Type,
  content: Contents[Type],
  options: {
    readonly parent?: Header | undefined;
    readonly identities?: readonly Uint8Array[] | undefined;
    readonly metadata?: JsonObject | undefined;
    readonly buffers?: readonly Uint8Array[] | undefined;
  } = {},
): Message<Type> {
  return {
    identities: options.identities ?? [],
    header: {
      msg_id: crypto.randomUUID(),
      session: sender.session,
      username: sender.username,
      date: new Date().toISOString(),
      msg_type: type,
      version: protocolVersion,
    },
    parent_header: options.parent ?? {},
    metadata: options.metadata ?? {},
    content: content as Message<Type>["content"],
    buffers: options.buffers ?? [],
  };
}

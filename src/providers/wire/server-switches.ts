import type { ChatSchemas } from "./schema/schema-rules.ts";

/**
 * Differences between servers that speak the same protocol. A row of the provider table, or a
 * server of a project, sets those that differ from the defaults of its wire (`defaultSwitches`);
 * `docs/providers.md` says which servers need which, and where each fact comes from.
 */
export interface ServerSwitches {
  /**
   * The field that limits the answer's length. `auto`: `max_completion_tokens` for the names of
   * OpenAI's reasoning models, which refuse the other one, and `max_tokens` elsewhere.
   */
  readonly maxTokensField: "auto" | "max_tokens" | "max_completion_tokens";
  readonly seedField: "seed" | "random_seed";
  /** Whether answers are asked for as a stream; a gateway may be unable to pass one on. */
  readonly stream: boolean;
  /** Whether the server must be asked, through `stream_options`, for usage in a stream. */
  readonly streamUsage: boolean;
  /**
   * How an output schema is sent.
   *
   * - `strict`: in the provider's field for it, and strict where the schema allows it.
   * - `lenient`: in that field, never strict.
   * - `none`: not in that field: the answer is asked for as the input of a tool.
   */
  readonly jsonSchema: "strict" | "lenient" | "none";
  /** What a server of Chat Completions takes of the schemas of tools and outputs. */
  readonly schemas: ChatSchemas;
  readonly thinking: ThinkingSwitch;
  /** Whether messages may hold images. */
  readonly images: boolean;
  /** The part that holds a PDF, if any does. */
  readonly pdf: "file" | "document_url" | "none";
  /**
   * The role of the instructions. With `user` they begin the first user message, for chat templates
   * that know no other role.
   */
  readonly systemRole: "system" | "developer" | "user";
  /** Whether tools are sent as strict where their schema allows it. */
  readonly strictTools: boolean;
  /**
   * The field in which reasoning goes back to the server that wrote it: the one that it came in,
   * none, or another one.
   */
  readonly reasoningEcho: "same-field" | "never" | "reasoning" | "reasoning_content";
  /**
   * Which values of `tool_choice` the server honours.
   *
   * - `all`: `auto`, `none`, `required` and the name of a tool.
   * - `no-name`: all but the name of a tool.
   * - `auto-only`: `auto` and `none`; a tool cannot be forced.
   * - `none`: the field is not sent.
   */
  readonly toolChoice: "all" | "no-name" | "auto-only" | "none";
  /** Which ids of tool calls the server takes back; others are mapped to such ones. */
  readonly callIds: "any" | "40-characters" | "9-alphanumeric";
  /**
   * Whether an answer must stand between a tool's result and the user's next message, and the
   * conversation must not end with an answer.
   */
  readonly strictRoles: boolean;
  /** The field that names the end user, if any does. */
  readonly userField: "user" | "safety_identifier" | "none";
  /** Whether the server takes marks for prompt caching (`cache_control`). */
  readonly cacheMarks: boolean;
}

/**
 * How a server is told how much to think.
 *
 * - `none`: it is not; the setting is refused.
 * - `effort`: `reasoning_effort` low, medium or high; thinking cannot be turned off.
 * - `effort-none`: the same, and `reasoning_effort: "none"` turns it off.
 * - `effort-toggle`: the same, and `thinking: { type: "disabled" }` turns it off.
 * - `reasoning-object`: `reasoning: { effort }`, with a budget as `reasoning: { max_tokens }`.
 * - `chat-template`: `chat_template_kwargs: { enable_thinking }`, on or off.
 */
type ThinkingSwitch =
  | "none"
  | "effort"
  | "effort-none"
  | "effort-toggle"
  | "reasoning-object"
  | "chat-template";

/** What a server is taken to understand where nothing else is said. */
export const DEFAULT_SWITCHES: ServerSwitches = {
  maxTokensField: "auto",
  seedField: "seed",
  stream: true,
  streamUsage: true,
  jsonSchema: "strict",
  schemas: "grammar",
  thinking: "effort",
  images: true,
  pdf: "file",
  systemRole: "system",
  strictTools: false,
  reasoningEcho: "same-field",
  toolChoice: "all",
  callIds: "any",
  strictRoles: false,
  userField: "user",
  cacheMarks: true,
};

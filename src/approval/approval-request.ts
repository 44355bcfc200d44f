import type { Json, JsonObject } from "../model/json.ts";

/** One call that waits for approval. */
export interface ApprovalRequest {
  /**
   * Names this question: unique in the run, the same when the run is replayed, and also in the events
   * `approval-request` and `approval-decision`. A call whose preview changes is asked about again,
   * under another id.
   */
  readonly id: string;
  /** The function that is to run. */
  readonly tool: string;
  /** Its validated input. */
  readonly input: Json;
  readonly callId: string;
  /** Names of the functions above the call, the entry first. */
  readonly chain: readonly string[];
  /** The worker that calls, and the file that configures its toolsets. */
  readonly worker: string;
  readonly workerFile: string;
  /** For a worker that a model made: the toolsets that offer `toolset`. Else empty. */
  readonly within: readonly string[];
  /** The name in `toolsets` that the tool comes from. */
  readonly toolset: string;
  /** Its configuration in that file, without approvals. Absent if there is none. */
  readonly configuration?: JsonObject;
  /**
   * Shows a person what the call would do right now. Absent if its input says it all. It is made again
   * before the call runs; if it differs by then, the call needs approval again.
   */
  readonly preview?: Preview;
  /** True if the call was allowed before and its preview has changed since. Default: false. */
  readonly again?: boolean;
  /** The configuration of the toolset that would allow the call. Absent: `pre_approved`. */
  readonly admit?: JsonObject;
  /** Says what `admit` allows, in words that follow "it admits". Absent if that is unknown. */
  readonly admits?: string;
  /** A configuration that allows more, for a person to choose instead. */
  readonly wider?: Admission;
  /** How the server changed the tool since it was approved. Absent if it did not. */
  readonly change?: ToolChange;
}

/** A configuration of a toolset, and what it allows. */
export interface Admission {
  /** Its lists go before those that are there. */
  readonly config: JsonObject;
  /** In words that follow "it admits": `every file that write_file may write`. */
  readonly admits: string;
}

/** A tool whose server describes it in another way than when it was approved. */
export interface ToolChange {
  readonly before: ToolDescription;
  readonly after: ToolDescription;
  /** The difference, in lines for a person. */
  readonly lines: readonly string[];
}

/** How a server describes a tool. */
export interface ToolDescription {
  readonly description: string;
  /** As JSON text, its keys in order. */
  readonly inputSchema: string;
}

/** How a person is told of a change, before its lines. */
export const TOOL_CHANGED = "the server changed this tool since it was approved";

/** How a person is told that a call is asked about again, before what it would do now. */
export const PREVIEW_CHANGED = "what this call does has changed since it was allowed";

/** What a call would do, for the person who approves it. */
export type Preview =
  | { readonly kind: "command"; readonly text: string }
  /** A change of a file; `before` is undefined for a new one. */
  | {
      readonly kind: "file-change";
      readonly path: string;
      readonly before: string | undefined;
      readonly after: string;
    }
  /** Files whose content leaves the machine. */
  | { readonly kind: "files"; readonly files: readonly PreviewedFile[] };

/** A file that a call attaches. */
export interface PreviewedFile {
  /** As the call names it. */
  readonly path: string;
  /** Size and SHA-256 of its content; undefined where it cannot be read. */
  readonly content: { readonly bytes: number; readonly sha256: string } | undefined;
}

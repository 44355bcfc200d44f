import type { Json, JsonObject } from "../model/json.ts";

/** One call that waits at the gate. */
export interface ApprovalRequest {
  /** The function that is to run. */
  readonly tool: string;
  /** Its validated input. */
  readonly input: Json;
  readonly callId: string;
  /** Names of the functions above the call, the entry first. */
  readonly chain: readonly string[];
  /** The worker whose functions decide, and the file that configures them. */
  readonly worker: string;
  readonly workerFile: string;
  /** Names of the toolsets there that offer the one below; empty unless a model made the worker. */
  readonly within: readonly string[];
  /** The name in `toolsets` that the tool comes from. */
  readonly toolset: string;
  /** How that toolset is configured there, approvals aside. Default: it is not. */
  readonly configuration?: JsonObject;
  /**
   * How the call is shown to a person, as things are at the moment of asking; absent where its input
   * says it all. It is made again before the call runs: where it differs by then, the call is asked
   * about again.
   */
  readonly preview?: Preview;
  /** Whether the call was allowed before, and its preview has changed since. Default: false. */
  readonly again?: boolean;
  /** What its toolset's configuration would have to say to allow it; absent: `pre_approved`. */
  readonly admit?: JsonObject;
  /** What `admit` allows, in words that follow "it admits"; absent: nobody knows. */
  readonly admits?: string;
  /** A configuration that allows more, for a person to choose instead. */
  readonly wider?: Admission;
  /** What its server changed about the tool since it was approved; absent where it changed nothing. */
  readonly change?: ToolChange;
}

/** A configuration of a toolset, and what it allows. */
export interface Admission {
  /** Its lists go before those that are there. */
  readonly config: JsonObject;
  /** In words that follow "it admits": `every file that write_file may write`. */
  readonly admits: string;
}

/** A tool that its server describes otherwise than it did when a call of it was allowed. */
export interface ToolChange {
  readonly before: ToolDescription;
  readonly after: ToolDescription;
  /** The difference, in lines for a person. */
  readonly lines: readonly string[];
}

export interface ToolDescription {
  readonly description: string;
  /** As JSON text, its keys in order. */
  readonly inputSchema: string;
}

/** How a person is told of a change, before its lines. */
export const TOOL_CHANGED = "the server changed this tool since it was approved";

/** How a person is told that a call is asked about again, before what it would do now. */
export const PREVIEW_CHANGED = "what this call does has changed since it was allowed";

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

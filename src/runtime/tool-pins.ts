import type { ToolChange } from "../approval/approval-request.ts";
import type { Asker } from "../approval/decide.ts";
import type { ToolPin } from "../functions/tool-source.ts";

/**
 * How servers described their tools when calls of them were first allowed in the project. A server
 * that describes one otherwise later has another tool under its name, which nobody approved.
 */
export interface ToolPins {
  /** What a server changed; undefined for the first use of a tool, and for what was accepted. */
  changeOf(pin: ToolPin): Promise<ToolChange | undefined>;
  /** Takes a change for approved, for the rest of the run. */
  accept(pin: ToolPin): void;
  /**
   * Keeps a tool as it is now: a call of it is about to be made.
   *
   * @returns why it could not be kept, once in a run; undefined where it was
   */
  keep(pin: ToolPin): string | undefined;
  /** Asks about a change where the rules allow the call; what it answers is on no record. */
  readonly ask: Asker;
}

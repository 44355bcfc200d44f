import { isAbsolute, relative } from "node:path";
import { SecretScanner } from "../../cassette/secrets/secret-scanner.ts";
import { thrownFrames } from "../../errors/own-frames.ts";
import type { Place } from "../../errors/place.ts";
import type { Call } from "../state/call.ts";
import type { RunState } from "../state/run-state.ts";

/**
 * Where in a user's code something was thrown, with the path as a person would write it from where
 * they are; undefined for what was thrown elsewhere.
 */
export function thrownPlace(
  error: unknown,
  { options }: Pick<RunState, "options">,
): Place | undefined {
  const [frame] = thrownFrames(error);
  if (!frame) return undefined;
  const short = relative(options.host.cwd, frame.place.file);
  const isBelow = !short.startsWith("..") && !isAbsolute(short);
  return isBelow ? { ...frame.place, file: short } : frame.place;
}

/** What each run has warned of. */
const warned = new WeakMap<RunState["options"], Set<string>>();

/**
 * Warns of what a tool's own code threw under a worker: the model is told the message, and nobody
 * else would see a bug. Once for each tool, message and place of a run. What a built-in tool throws
 * is for the model.
 */
export function warnOfThrown(run: RunState, call: Call, { message, place, stack }: Thrown): void {
  const said = warned.get(run.options) ?? new Set();
  warned.set(run.options, said);
  // What a service says of a request may hold the key that it was made with.
  const shown = new SecretScanner(run.options.host.env).mask(message.split("\n", 1)[0] ?? "");
  const text = `${call.function.name} threw: ${shown} (${place})`;
  if (said.has(text)) return;
  said.add(text);
  run.emit(call.parent ?? call, { kind: "warning", message: text, stack });
}

interface Thrown {
  readonly message: string;
  /** `FILE:LINE:COLUMN` */
  readonly place: string;
  /** Lines of the stack that are in the user's files. */
  readonly stack: string;
}

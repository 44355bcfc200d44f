import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import { thrownFrames } from "../../errors/own-frames.ts";
import { formatPlace } from "../../errors/place.ts";
import type { ToolFunction } from "../../functions/llm-function.ts";
import { validate } from "../../functions/schema.ts";
import type { Json } from "../../model/json.ts";
import type { Call } from "../state/call.ts";
import { toJson } from "../state/output.ts";
import type { RunState } from "../state/run-state.ts";
import { callFailed, isToldToModel } from "../state/told-to-model.ts";
import { approveChange } from "./approve.ts";
import { createContext, signalOf } from "./context.ts";
import { thrownPlace, warnOfThrown } from "./thrown-place.ts";

/**
 * Executes a tool, or takes its effect from the cassette, and checks its output. What comes out is
 * JSON, as it would be of a prompt or a recording in its place.
 */
export async function runTool(
  run: RunState,
  call: Call,
  target: ToolFunction,
  input: unknown,
): Promise<Json> {
  const { over, stopping } = run.cancellation;
  const isExternal = target.tool.effect === "external";
  const end = isExternal ? over : stopping;
  const output = await end.race(perform(run, call, target, input));
  return toJson(await validOutput(target, output), target.name);
}

async function perform(
  run: RunState,
  call: Call,
  target: ToolFunction,
  input: unknown,
): Promise<unknown> {
  const { tool, name } = target;
  if (tool.effect === "pure") return execute(run, call, target, input);
  const request = { tool: name, input: toJson(input, name), effect: tool.effect, callId: call.id };
  const { cancellation, underWay } = run;
  const performing = run.options.effects.perform(request, async () => {
    await approveChange(run, call, input);
    cancellation.stopping.signal.throwIfAborted(); // while the change was approved
    if (tool.effect === "external") underWay.beginEffect(call.id);
    const output = toJson(await execute(run, call, target, input), name);
    cancellation.over.signal.throwIfAborted(); // the cassette may be closed by now
    return output;
  });
  performing.then(
    () => underWay.endEffect(call.id, true),
    // What a tool throws is recorded; what ends the run is not.
    (error: unknown) => underWay.endEffect(call.id, !isLlmDoError(error)),
  );
  return performing;
}

async function execute(
  run: RunState,
  call: Call,
  { tool }: ToolFunction,
  input: unknown,
): Promise<unknown> {
  const { approval } = call;
  // Nothing of this run comes between the last look at the preview and the tool's first step.
  while (approval?.isStale()) await approval.askAgain();
  approval?.begin();
  try {
    return await tool.run(input, createContext(run, call));
  } catch (error) {
    // A tool that fails because the run ends says nothing about the world.
    signalOf(run, call).throwIfAborted();
    warnUnderWorker(run, call, error);
    throw call.parent ? ownFailure(error) : error;
  }
}

/** A caller that is code sees the error itself, and decides. */
function warnUnderWorker(run: RunState, call: Call, error: unknown): void {
  if (isLlmDoError(error) || call.parent?.function.kind !== "worker") return;
  const place = thrownPlace(error, run);
  if (!place) return;
  const stack = thrownFrames(error)
    .map(({ line }) => `    ${line}`)
    .join("\n");
  warnOfThrown(run, call, { message: messageOf(error), place: formatPlace(place), stack });
}

/**
 * What a tool lets escape is the tool's failure, also where a function that it called failed: it is
 * told with that function's name, and recorded as the tool's effect.
 */
function ownFailure(error: unknown): unknown {
  const isOthers = isLlmDoError(error) && isToldToModel(error);
  return isOthers ? new Error(error.message, { cause: error }) : error;
}

async function validOutput(target: ToolFunction, output: unknown): Promise<unknown> {
  if (!target.tool.output) return output;
  const checked = await validate(target.tool.output, output);
  if (checked.kind === "valid") return checked.value;
  throw callFailed(target.name, `its output does not fit: ${checked.issues.join("; ")}`);
}

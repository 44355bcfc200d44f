import { formatPlace } from "../../errors/place.ts";
import type { CallContext } from "../../functions/call-context.ts";
import type { CallableWorker, FunctionName } from "../../functions/function-types.ts";
import { promptText } from "../../functions/input-only.ts";
import { isWorker } from "../../functions/worker.ts";
import type { Call } from "../state/call.ts";
import type { RunState } from "../state/run-state.ts";
import { callFailed } from "../state/told-to-model.ts";

/** What a tool's `run` gets: the way back into the function space. */
export function createContext(run: RunState, call: Call): CallContext {
  const { effects, host, cwd } = run.options;
  return {
    // What the project's declaration file says of the name; the gate checks what really passes.
    call: (target: FunctionName | CallableWorker, input: unknown) =>
      callFromCode(run, call, target, input) as Promise<never>,
    functions: functionsOf(run, call),
    depth: call.depth,
    maxDepth: call.budget.maxDepth,
    model: call.work?.model ?? run.options.model ?? run.options.defaultModel,
    prompt: call.work?.prompt ?? promptText(run.options.input),
    get messages() {
      return call.work?.messages.slice() ?? [];
    },
    signal: signalOf(run, call),
    cwd,
    now: () => sampled(run, call, () => effects.sample("now", call.id, host.clock.nowMs)),
    random: () => sampled(run, call, () => effects.sample("random", call.id, host.random)),
  };
}

/**
 * An external effect that was cut half-way may have happened, and would happen again when the run is
 * continued: its code is told last. Everything else can simply run again.
 */
export function signalOf({ cancellation }: RunState, { function: target }: Call): AbortSignal {
  const isExternal = target.kind === "tool" && target.tool.effect === "external";
  return isExternal ? cancellation.over.signal : cancellation.stopping.signal;
}

/**
 * Code need not wait for a call before it waits for something else, or at all: a call that fails in
 * the meantime is told by its events and must not end the process.
 */
function callFromCode(
  run: RunState,
  call: Call,
  target: string | CallableWorker,
  input: unknown,
): Promise<unknown> {
  const answer =
    typeof target === "string"
      ? run.callByName(call, { name: target, input, by: "code" })
      : callWorker(run, call, target, input);
  answer.catch(() => undefined);
  return answer;
}

/** A worker that code holds is called by the name that it has among what the caller reaches. */
async function callWorker(run: RunState, call: Call, worker: CallableWorker, input: unknown) {
  if (!isWorker(worker)) {
    throw callFailed("ctx.call", "it takes the name of a function, or what worker({ ... }) made");
  }
  const granted = [...(call.work?.worker.functions.values() ?? [])].map((grant) => grant.function);
  const reached = call.work ? granted : [...run.options.space.values()];
  const target =
    reached.find(({ inCode }) => inCode?.value === worker) ??
    reached.find(({ kind, name }) => kind === "tool" && name === worker.spec.name); // its double
  if (target) return await run.callByName(call, { name: target.name, input, by: "code" });
  const name = worker.spec.name ?? "worker";
  const place = worker.place ? ` of ${formatPlace(worker.place)}` : "";
  const [reason, hint] = call.work
    ? [`is not in the toolsets of ${call.work.worker.name}`, "add it there, under its name"]
    : ["is not a function of the project", "export it from one of the project's code files"];
  throw callFailed(name, `the worker${place} ${reason}`, { tries: [hint] });
}

/** Every name is there: which one resolves is decided at the gate, as for a model. */
function functionsOf(run: RunState, call: Call): CallContext["functions"] {
  return new Proxy<Record<string, (input: unknown) => Promise<unknown>>>(Object.create(null), {
    get: (_target, name) =>
      // A promise resolution asks every object for "then".
      typeof name === "string" && name !== "then"
        ? (input: unknown) => callFromCode(run, call, name, input)
        : undefined,
  });
}

/** A clock that a replay cannot answer ends the run, even where code catches the error. */
export function sampled(run: RunState, call: Call, sample: () => number): number {
  try {
    return sample();
  } catch (error) {
    run.fail(error, call);
    throw error;
  }
}

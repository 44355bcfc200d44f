import type {
  FunctionInput,
  FunctionOutput,
  FunctionTypes,
  TextOr,
} from "../functions/function-types.ts";
import type { LlmFunction } from "../functions/llm-function.ts";
import { jsonSchemaOf } from "../functions/schema.ts";
import type { Host } from "../host/host.ts";
import { lazily } from "../host/lazily.ts";
import type { JsonSchema } from "../model/json.ts";
import type { CheckReport } from "../project/check/check-project.ts";
import { noticeChangedCode } from "../project/load/load-code-file.ts";
import { beginChat, type Chat, type ChatOptions } from "./chat.ts";
import { type RunHandle, startRun } from "./handle/run-handle.ts";
import { type MapItem, type MapRequest, mapInputs } from "./map.ts";
import {
  checkChatOptions,
  checkMapRequest,
  checkOpenOptions,
  checkProjectRunRequest,
  checkRunRequest,
} from "./request-check.ts";
import { type OpenedParts, openParts, type RunHold, runOpened } from "./run-opened.ts";
import type { RunReport } from "./run-report.ts";
import type { ProjectRunRequest, RunRequest } from "./run-request.ts";
import type {
  EntryRequest,
  NameOf,
  PlainRequest,
  WithWorker,
  WorkerRequest,
} from "./typed-request.ts";

/** What `openProject` takes. */
export interface OpenProjectOptions {
  /**
   * `.worker` and code files, as paths or `file:` URLs; the folder of the first is the project's
   * folder. Relative paths begin at the host's current folder.
   */
  readonly files: readonly (string | URL)[];
  /** Default: this process and this machine. */
  readonly host?: Host;
}

/** A function of a project, as programs see it. */
export interface FunctionInfo {
  readonly name: string;
  readonly kind: "worker" | "tool";
  readonly description: string;
  /** The file that it stands in, as it was named. */
  readonly file: string;
  readonly input: JsonSchema;
  /** Undefined where it does not say: a worker then gives a text. */
  readonly output: JsonSchema | undefined;
}

/**
 * A project that is loaded, linked and checked. It stays as it was when it was opened: its runs read
 * no file of it again, whatever is edited meanwhile.
 */
export interface OpenProject<Functions = FunctionTypes> {
  /** Absolute path of the folder of its first file. */
  readonly folder: string;
  readonly functions: ReadonlyMap<NameOf<Functions>, FunctionInfo>;
  /**
   * Runs an entry.
   *
   * @throws LlmDoError whatever keeps the run from starting or ends it
   */
  run<In, Out>(request: WorkerRequest<In, Out>): Promise<RunReport<Out>>;
  run<Name extends NameOf<Functions>>(
    request: EntryRequest<Name, Functions>,
  ): Promise<RunReport<FunctionOutput<Name, Functions>>>;
  run(request: PlainRequest<Functions>): Promise<RunReport>;
  /** Starts a run; what keeps it from starting is in the handle's `result`. */
  start<In, Out>(request: WorkerRequest<In, Out>): RunHandle<Out>;
  start<Name extends NameOf<Functions>>(
    request: EntryRequest<Name, Functions>,
  ): RunHandle<FunctionOutput<Name, Functions>>;
  start(request: PlainRequest<Functions>): RunHandle;
  /**
   * Begins a conversation with a worker.
   *
   * @throws LlmDoError `usage` for `messages` that are half a history, or none
   */
  chat<In, Out>(options: Omit<WorkerRequest<In, Out>, "input">): Chat<TextOr<In>, Out>;
  chat<Name extends NameOf<Functions>>(
    options: Omit<EntryRequest<Name, Functions>, "input">,
  ): Chat<FunctionInput<Name, Functions>, FunctionOutput<Name, Functions>>;
  chat(options?: PlainRequest<Functions, ChatOptions>): Chat;
  /**
   * Runs an entry for each of many inputs, several at once.
   *
   * @example
   * for await (const { input, report, error } of project.map(tickets, { entry: "classify" })) {
   *   console.log(input, report?.output ?? error?.message);
   * }
   */
  map<In, Out, Input extends TextOr<NoInfer<In>>>(
    inputs: Iterable<Input> | AsyncIterable<Input>,
    request: Omit<WorkerRequest<In, Out, MapRequest>, "input">,
  ): AsyncIterable<MapItem<Input, Out>>;
  map<Name extends NameOf<Functions>, Input extends FunctionInput<Name, Functions>>(
    inputs: Iterable<Input> | AsyncIterable<Input>,
    request: Omit<EntryRequest<Name, Functions, MapRequest>, "input">,
  ): AsyncIterable<MapItem<Input, FunctionOutput<Name, Functions>>>;
  map<Input>(
    inputs: Iterable<Input> | AsyncIterable<Input>,
    request?: PlainRequest<Functions, MapRequest>,
  ): AsyncIterable<MapItem<Input>>;
  /** Finds what can be known wrong of the files as they are now, as `llm-do check` does. Asks no model. */
  check(): Promise<CheckReport>;
  /** Opens the files again, as they are now. Runs of this one go on with what it has. */
  reload(): Promise<OpenProject<Functions>>;
}

/**
 * Opens a project.
 *
 * @param here the host where the options name none
 */
export async function openedProject<Functions>(
  options: OpenProjectOptions,
  here: Host,
): Promise<OpenProject<Functions>> {
  checkOpenOptions(options);
  const { files, host = here } = options;
  return new OpenedProject<Functions>(await openParts(files, host));
}

/** What `run` and `start` get: files, a worker, or both. */
export type GivenRequest = WithWorker<Omit<RunRequest, "files">> &
  Partial<Pick<RunRequest, "files">>;

/**
 * Opens a project and runs its entry.
 *
 * @param here the host where the request names none
 */
export async function openAndRun(
  request: GivenRequest,
  here: Host,
  hold?: RunHold,
): Promise<RunReport<never>> {
  checkRunRequest(request);
  const { files = [], host = here, ...rest } = request;
  return runOpened(() => openParts(files, host, rest.worker), rest, hold);
}

const checks = lazily(() => import("../project/check/check-project.ts"));

class OpenedProject<Functions> implements OpenProject<Functions> {
  readonly #parts: OpenedParts;
  #functions: ReadonlyMap<NameOf<Functions>, FunctionInfo> | undefined;

  constructor(parts: OpenedParts) {
    this.#parts = parts;
  }

  get folder(): string {
    return this.#parts.project.folder;
  }

  get functions(): ReadonlyMap<NameOf<Functions>, FunctionInfo> {
    const { space } = this.#parts.project;
    this.#functions ??= new Map(
      [...space].map(([name, target]) => [name as NameOf<Functions>, infoOf(target)]), // as its types say
    );
    return this.#functions;
  }

  async run(request: WithWorker<ProjectRunRequest>): Promise<RunReport<never>> {
    checkProjectRunRequest(request);
    return runOpened(this.#parts, request);
  }

  start(request: WithWorker<ProjectRunRequest>): RunHandle<never> {
    const runId = this.#parts.host.createId();
    return startRun(runId, async (tell, signal) => {
      checkProjectRunRequest(request);
      return runOpened(this.#parts, request, { runId, tell, signal });
    });
  }

  chat(options: WithWorker<ChatOptions> = {}): Chat<unknown, never> {
    checkChatOptions(options);
    return beginChat(this.#parts, options);
  }

  map<Input>(
    inputs: Iterable<Input> | AsyncIterable<Input>,
    request: WithWorker<MapRequest> = {},
  ): AsyncIterable<MapItem<Input, never>> {
    checkMapRequest(inputs, request);
    const run = (own: ProjectRunRequest) => runOpened(this.#parts, own);
    return mapInputs(inputs, request, { host: this.#parts.host, run });
  }

  async check(): Promise<CheckReport> {
    const { checkProject } = await checks();
    await noticeChangedCode();
    return checkProject({ files: this.#parts.files }, this.#parts.host);
  }

  async reload(): Promise<OpenProject<Functions>> {
    return new OpenedProject(await openParts(this.#parts.files, this.#parts.host));
  }
}

function infoOf(target: LlmFunction): FunctionInfo {
  const { kind, name, description, file } = target;
  const { output } = target.kind === "tool" ? target.tool : target;
  return {
    name,
    kind,
    description,
    file,
    input: jsonSchemaOf(target.input, "input", name),
    output: output && jsonSchemaOf(output, "output", name),
  };
}

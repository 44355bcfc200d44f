import type { ToolChange } from "../../approval/approval-request.ts";
import type { ApprovalPolicy } from "../../approval/askers.ts";
import type { Asker } from "../../approval/decide.ts";
import type { SessionAnswers } from "../../approval/session-answers.ts";
import type { QuestionIds, TurnTaking } from "../../approval/turns.ts";
import type { EffectGate } from "../../cassette/gates.ts";
import type { LlmDoError } from "../../errors/llm-do-error.ts";
import type {
  Alternative,
  FunctionSpace,
  LlmFunction,
  WorkerFunction,
} from "../../functions/llm-function.ts";
import type { ToolPin } from "../../functions/tool-source.ts";
import type { Host } from "../../host/host.ts";
import type { Json } from "../../model/json.ts";
import type { Message } from "../../model/message.ts";
import type { ModelTransport } from "../../model/transport.ts";
import type { Usage } from "../../model/usage.ts";
import type {
  AttachedFile,
  AttachmentRefusal,
} from "../../providers/attachments/attachment-refusal.ts";
import type { WorkerLimits } from "../../worker/limits.ts";
import type { AskedCall, Call } from "./call.ts";
import type { Cancellation } from "./cancellation.ts";
import type { RunEvent, RunEventBody } from "./run-event.ts";
import type { RunRecord } from "./run-record.ts";
import type { SourcedTools } from "./sourced-tools.ts";
import type { UnderWay } from "./under-way.ts";
import type { Watch } from "./watch.ts";

/** Everything that a run is given; nothing behind it has a default. */
export interface RunOptions {
  readonly space: FunctionSpace;
  readonly entry: LlmFunction;
  /** Default: a new one of the host's. */
  readonly runId?: string | undefined;
  readonly input: unknown;
  /**
   * On whose behalf the entry is called, where that is no person: the entry, and code that it runs,
   * then pass the gate as calls under this worker. Default: a person started it and is trusted.
   */
  readonly onBehalfOf?: WorkerFunction | undefined;
  readonly transport: ModelTransport;
  readonly effects: EffectGate;
  readonly host: Host;
  /** The project's folder: attachments are resolved against it. */
  readonly cwd: string;
  /**
   * Who wrote the input. A person may attach any file; a program passes on what others wrote, so its
   * files must lie in `cwd` or in `attachmentsFrom`. Default: `program`.
   */
  readonly inputBy?: "person" | "program" | undefined;
  /**
   * Absolute paths of folders beside `cwd` from which models, and programs in the entry's input, may
   * attach files. Default: none.
   */
  readonly attachmentsFrom?: readonly string[] | undefined;
  /**
   * Why the provider of a model cannot be sent the files of one call; undefined where it can. Where
   * there is no such function, nothing is refused: a replay sends nothing.
   */
  readonly refusalOf: RefusalOf | undefined;
  /**
   * Looks after functions with code beside their prompt; undefined where nobody does: nothing is compared
   * or checked then.
   */
  readonly watch: Watch | undefined;
  /**
   * Whose words the advice of errors is in: flags of the command line, or options of the API.
   * Default: `flags`.
   */
  readonly advice?: "flags" | "options" | undefined;
  /** How to answer what no rule answers: a policy, or somebody to ask. */
  readonly approvals: ApprovalPolicy | Asker;
  /**
   * Whether `approvals` answers by itself, as a policy does. A run that ends early asks nobody any
   * more. Default: a policy does, a function asks somebody.
   */
  readonly asksNobody?: boolean | undefined;
  /** Whether `approvals` is asked several questions at once. Default: `one-by-one`. */
  readonly asking?: Asking | undefined;
  /** Knows how servers described their tools before. Default: nobody does, and no change is seen. */
  readonly pins?: ToolPins | undefined;
  /** `--model`: for the entry only. */
  readonly model: string | undefined;
  /** `LLM_DO_MODEL`: where neither a worker nor its caller names one. */
  readonly defaultModel: string | undefined;
  /** They win over those that an entry worker sets itself. */
  readonly limits: WorkerLimits;
  readonly signal: AbortSignal | undefined;
  /** Called in the order in which things happen. What it throws ends the run. */
  readonly onEvent: ((event: RunEvent) => void) | undefined;
  /** Default: nothing stands around calls. */
  readonly aroundCall?: AroundCall | undefined;
  /** Keeps what the run comes to. Default: nobody looks at it. */
  readonly record?: RunRecord | undefined;
  /** The conversation before the input, of an entry that is a worker. Default: there was none. */
  readonly history?: readonly Message[] | undefined;
  /** Whether the run is a turn of a chat: what it says to its model is sent again. Default: false. */
  readonly isChat?: boolean | undefined;
  /** What was answered for the session before. Default: nothing. */
  readonly sessionAnswers?: SessionAnswers | undefined;
}

/**
 * How questions of one run are asked: `one-by-one` for a person at a terminal, `at-once` where they are
 * shown together, as on a page.
 */
export type Asking = "one-by-one" | "at-once";

type RefusalOf = (
  model: string,
  files: readonly AttachedFile[],
) => Promise<AttachmentRefusal | undefined>;

/**
 * Stands around each call of a function, from its look-up to its output: the caller gets what this
 * gives, or is told what it throws. For tests, which watch and change what callers get.
 */
export type AroundCall = (call: MadeCall, proceed: () => Promise<Json>) => Promise<Json>;

/** A call that is about to pass the gate. */
interface MadeCall {
  /** Path from the entry, as in `main/analyzer#2`. */
  readonly id: string;
  /** The id of the call that makes it. */
  readonly callerId: string;
}

export interface RunResult {
  readonly output: Json;
  readonly usage: Usage;
  /** Undefined when the price of one model is unknown. */
  readonly usd: number | undefined;
}

/** The state of one run, which all its calls share. */
export interface RunState {
  readonly options: RunOptions;
  /** How far the run is with ending, if it is. */
  readonly cancellation: Cancellation;
  readonly underWay: UnderWay;
  readonly ask: Asker;
  readonly asksNobody: boolean;
  /** Questions are asked one at a time, unless the run asks them at once. */
  readonly turns: TurnTaking;
  readonly questionIds: QuestionIds;
  readonly answers: SessionAnswers;
  /** What is known of tools that only a run can know. */
  readonly sourced: SourcedTools;
  /** Which code answers in a prompt's place. */
  readonly standIns: StandIns;
  readonly record: RunRecord;
  /** Tells of something that happened; after the run's end, of nothing. */
  emit(call: Call, body: RunEventBody): void;
  /**
   * Ends the run with an error that nobody above a call may swallow: they begin nothing any more.
   * Branches beside them run on to their end.
   */
  fail(error: unknown, call: Call): void;
  /** Ends the run as soon as the external effects are done that are under way. */
  stop(reason: LlmDoError): void;
  /** Gate 2: calls a function by name on behalf of a call. */
  callByName(parent: Call, asked: AskedCall): Promise<Json>;
}

/**
 * Which code may answer in a run. What the project's files say of it is found out once: a run keeps to
 * it. Alarms are looked for before each call, since this or another process may raise one at any time.
 */
export class StandIns {
  readonly #watch: Watch | undefined;
  readonly #known = new Map<WorkerFunction, Alternative | undefined>();
  readonly #told = new Set<WorkerFunction>();

  constructor(watch: Watch | undefined) {
    this.#watch = watch;
  }

  /**
   * The code that stands beside a worker's prompt; undefined where the prompt answers alone.
   *
   * @param warn told once of code that may not answer after all
   */
  of(worker: WorkerFunction, warn: (message: string) => void): Alternative | undefined {
    const { alternative } = worker;
    if (!alternative || this.#known.has(worker)) return this.#known.get(worker);
    const problem =
      alternative.mode === "shadow" && !this.#watch
        ? "nothing here compares the two"
        : alternative.problem(worker);
    if (problem !== undefined) warn(promptAnswers(worker, problem));
    const standing = problem === undefined ? alternative : undefined;
    this.#known.set(worker, standing);
    return standing;
  }

  /** Why a worker's code may not answer this call; it is told once in a run. */
  problemNow(worker: WorkerFunction, warn: (message: string) => void): string | undefined {
    const problem = this.#watch?.problem(worker);
    if (problem !== undefined) this.tell(worker, problem, warn);
    return problem;
  }

  /** Tells once in a run why a worker's code may not answer. */
  tell(worker: WorkerFunction, problem: string, warn: (message: string) => void): void {
    if (!this.#told.has(worker)) warn(promptAnswers(worker, problem));
    this.noteTold(worker);
  }

  /** Says that a person knows by now why a worker's code may not answer. */
  noteTold(worker: WorkerFunction): void {
    this.#told.add(worker);
  }
}

function promptAnswers({ name }: WorkerFunction, problem: string): string {
  return `the prompt of ${name} answers, not its code: ${problem}`;
}

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

/** A timer cannot be set for longer: Node 24 warns of 2^31 ms and takes 1 ms instead. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Ends the run when a call takes longer than its own limits allow.
 *
 * @returns what stops the clock
 */
export function startTimeout(run: RunState, call: Call): () => void {
  const { timeoutMs } = call.budget;
  if (timeoutMs === undefined || timeoutMs > LONGEST_TIMER_MS) return () => undefined;
  const timer = new AbortController();
  const expire = () => run.stop(call.budget.timeIsOver(call.id, timeoutMs));
  run.options.host.clock.sleep(timeoutMs, timer.signal).then(expire, () => undefined);
  return () => timer.abort();
}

import type { ApprovalRequest, Preview } from "../../approval/approval-request.ts";
import { type Asker, askSafely } from "../../approval/decide.ts";
import { type Decision, taken } from "../../approval/decision.ts";
import { ApprovalNeeded } from "../../approval/needed.ts";
import { shownText } from "../../approval/session-answers.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import { letOthersRun } from "../../host/let-others-run.ts";
import type { Call, HeldApproval, PreviewNow } from "../state/call.ts";
import type { RunState } from "../state/run-state.ts";

/** What somebody is asked about: a request, and what makes its preview. */
interface Question {
  readonly request: ApprovalRequest;
  /** Undefined where the input says it all. */
  readonly preview: PreviewNow | undefined;
  readonly ask: Asker;
}

/** A request that was put to somebody. */
interface Asked {
  readonly request: ApprovalRequest;
  /** The preview, once somebody has looked at it. */
  readonly seen: () => { readonly preview: Preview | undefined } | undefined;
}

/**
 * Asks, unless an answer for the session is there. Its caller holds the turn.
 *
 * @returns what to look at before the call runs; undefined where nothing that was shown can change
 * @throws LlmDoError `approval-denied`, or `approval-needed` when nobody was there to ask
 */
export async function askInTurn(
  run: RunState,
  parent: Call,
  question: Question,
): Promise<HeldApproval | undefined> {
  const { asked, decision } = await answered(run, parent, question);
  if (asked.seen()) return new Approval(run, parent, { question, asked, decision });
  taken(decision);
  return undefined;
}

/** A call that was allowed for what its preview showed. */
class Approval implements HeldApproval {
  readonly #run: RunState;
  readonly #parent: Call;
  readonly #question: Question;
  #asked: Asked;
  #decision: Decision | undefined;

  constructor(
    run: RunState,
    parent: Call,
    { question, asked, decision }: { question: Question; asked: Asked; decision: Decision },
  ) {
    this.#run = run;
    this.#parent = parent;
    this.#question = question;
    this.#asked = asked;
    this.#decision = decision;
  }

  isStale(now: PreviewNow | undefined = this.#question.preview): boolean {
    const seen = this.#asked.seen();
    return seen !== undefined && shownText(seen.preview) !== shownText(now?.());
  }

  async askAgain(now: PreviewNow | undefined = this.#question.preview): Promise<void> {
    await this.#run.turns.take(async () => {
      if (!this.isStale(now)) return; // it has changed back
      this.#decision = undefined; // it was given for something else
      const { request: before } = this.#question;
      const id = this.#run.questionIds.next(before.callId);
      const request = { ...before, id, again: true };
      const again = { ...this.#question, request, preview: now };
      const { asked, decision } = await answered(this.#run, this.#parent, again);
      this.#asked = asked;
      this.#decision = decision;
    });
  }

  begin(): void {
    if (this.#decision) taken(this.#decision);
  }
}

/** What was answered, for a call that is allowed. */
async function answered(
  run: RunState,
  parent: Call,
  { request: about, preview, ask }: Question,
): Promise<{ readonly asked: Asked; readonly decision: Decision }> {
  const { ending, stopping } = run.cancellation;
  // Nobody is asked for a run that ends.
  const end = run.asksNobody ? stopping : ending;
  // What was allowed just before may change what this call would do.
  if (preview) await letOthersRun();
  end.signal.throwIfAborted(); // its turn came too late
  const asked = withPreview(about, preview);
  const { request } = asked;
  const { id, tool, callId: target, input, change } = request;
  // What was answered before was answered for the tool as it was.
  const known = change ? undefined : run.answers.find(request);
  if (known) {
    settle(run, parent, { request, decision: known });
    return { asked, decision: known };
  }
  const changed = change ? { change: change.lines } : {};
  run.emit(parent, { kind: "approval-request", id, tool, target, input, ...changed });
  const decision = await put(run, parent, { request, ask, end });
  run.answers.keep(request, decision);
  settle(run, parent, { request, decision });
  return { asked, decision };
}

interface OpenQuestion {
  readonly request: ApprovalRequest;
  readonly ask: Asker;
  /** The step of the run's end that withdraws the question. */
  readonly end: RunState["cancellation"]["ending"];
}

/**
 * Puts a question, and withdraws it when the run ends or when the same is answered for the session.
 * What its asker says after that is heard by nobody.
 *
 * @throws the reason of the run's end
 */
async function put(
  run: RunState,
  parent: Call,
  { request, ask, end }: OpenQuestion,
): Promise<Decision> {
  const { id, tool, callId: target, change } = request;
  const withdrawn = new AbortController();
  const answer = Promise.withResolvers<Decision>();
  const stopWatching = end.onReach((reason) => {
    const why = { by: "abort", reason: `it was not decided: ${messageOf(reason)}` };
    run.emit(parent, { kind: "approval-decision", id, tool, target, allowed: false, ...why });
    withdrawn.abort(reason);
    answer.reject(reason);
  });
  const settle = (decision: Decision) => {
    withdrawn.abort(new Error("the same question was answered for the session"));
    answer.resolve(decision);
  };
  const stopLooking = change ? () => undefined : run.answers.await(request, settle);
  askSafely(request, ask, { signal: withdrawn.signal }).then(answer.resolve, answer.reject);
  try {
    const decision = await answer.promise;
    end.signal.throwIfAborted();
    return decision;
  } finally {
    stopWatching();
    stopLooking();
  }
}

/** A request whose preview is made when it is first looked at, and then stays. */
function withPreview(request: ApprovalRequest, preview: PreviewNow | undefined): Asked {
  if (!preview) return { request, seen: () => undefined };
  let seen: { readonly preview: Preview | undefined } | undefined;
  const get = () => {
    seen ??= { preview: preview() };
    return seen.preview;
  };
  const lazy = Object.defineProperty({ ...request }, "preview", { enumerable: true, get });
  return { request: lazy, seen: () => seen };
}

/** Tells of a decision, and throws one that does not allow. */
export function settle(
  run: RunState,
  parent: Call,
  { request, decision }: { request: ApprovalRequest; decision: Decision },
): void {
  const { id, tool, callId: target } = request;
  const about = { kind: "approval-decision", id, tool, target } as const;
  switch (decision.kind) {
    case "allow":
      run.emit(parent, { ...about, allowed: true, by: decision.by });
      return;
    case "deny": {
      const { by, reason } = decision;
      run.emit(parent, { ...about, allowed: false, by, reason });
      throw new LlmDoError({ code: "approval-denied", verb: "call", what: tool, reason });
    }
    case "unanswered":
      run.emit(parent, {
        ...about,
        allowed: false,
        by: "nobody",
        reason: "nobody is there to ask",
      });
      throw new ApprovalNeeded(request);
  }
}

import { canonicalJson } from "../model/canonical.ts";
import type { ApprovalRequest, Preview } from "./approval-request.ts";
import type { Decision } from "./decision.ts";

/** An answer, and what was shown when it was given. */
interface Answer {
  readonly decision: Decision;
  readonly shown: string;
}

/**
 * What a person answered for the whole session. An answer holds for what was shown: the same worker,
 * toolset with its configuration, tool and input, and the same preview. What a recording answered is
 * not kept: nobody was shown anything.
 */
export class SessionAnswers {
  readonly #answers = new Map<string, Answer[]>();
  /** Told of every answer that is kept: questions that are open beside it. */
  readonly #open = new Set<() => void>();

  /** Answers that were kept so far; what either keeps from now on is its own. */
  copy(): SessionAnswers {
    const copy = new SessionAnswers();
    for (const [question, answers] of this.#answers) copy.#answers.set(question, answers);
    return copy;
  }

  find(request: ApprovalRequest): Decision | undefined {
    const answers = this.#answers.get(questionOf(request));
    if (!answers) return undefined; // and no preview is made
    const shown = shownText(request.preview);
    return answers.find((answer) => answer.shown === shown)?.decision;
  }

  keep(request: ApprovalRequest, decision: Decision): void {
    if (decision.kind !== "allow" || !decision.forSession || decision.by === "recording") return;
    if (this.find(request)) return;
    const question = questionOf(request);
    const answer = { decision, shown: shownText(request.preview) };
    this.#answers.set(question, [...(this.#answers.get(question) ?? []), answer]);
    for (const look of [...this.#open]) look();
  }

  /**
   * Waits for the answer to a question that is asked beside others.
   *
   * @param settle told once, when the same question was answered for the session
   * @returns what ends the wait
   */
  await(request: ApprovalRequest, settle: (decision: Decision) => void): () => void {
    const look = () => {
      const decision = this.find(request);
      if (decision && this.#open.delete(look)) settle(decision);
    };
    this.#open.add(look);
    return () => void this.#open.delete(look);
  }
}

function questionOf(request: ApprovalRequest): string {
  const { worker, workerFile, within, toolset, configuration = {}, tool, input } = request;
  return canonicalJson([worker, workerFile, [...within], toolset, configuration, tool, input]);
}

/** Equal for previews that show the same. */
export function shownText(preview: Preview | undefined): string {
  return JSON.stringify(preview, (_name, value: unknown) => value ?? null) ?? "";
}

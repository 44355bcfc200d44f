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
    const question = questionOf(request);
    const answer = { decision, shown: shownText(request.preview) };
    this.#answers.set(question, [...(this.#answers.get(question) ?? []), answer]);
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

import type { Host } from "../../../host/host.ts";
import type { Comparison } from "../run/open-comparison.ts";
import { type Adjudications, adjudicationFigures, type JudgeFigures } from "./adjudication.ts";
import { AdjudicationLog } from "./adjudication-log.ts";
import { type Adjudicable, askAdjudicator } from "./ask-adjudicator.ts";
import { askJudge } from "./judge-worker.ts";

export interface AdjudicationPlace {
  readonly host: Host;
  readonly signal: AbortSignal;
  readonly onWarning: (message: string) => void;
}

/** What persons and judges have said of the held-out disagreements. */
export interface Rights {
  readonly person: ReturnType<typeof adjudicationFigures> | undefined;
  readonly judge: JudgeFigures | undefined;
}

export async function adjudicated(
  cases: readonly Adjudicable[],
  { request, out }: Comparison,
  { host, signal, onWarning }: AdjudicationPlace,
): Promise<Rights> {
  const { adjudicator: who, others } = request;
  const ids = cases.map(({ id }) => id);
  const log = AdjudicationLog.open(out.file("adjudication.jsonl"), host);
  if (who.kind === "person") {
    const { random, clock, stdin: input, stderr: output } = host;
    await askAdjudicator(cases, log, { input, output, signal, random, nowMs: clock.nowMs });
  }
  const judged =
    who.kind === "judge"
      ? await askJudge(cases, { ...who, others }, { host, signal, onWarning })
      : undefined;
  const isAsked = who.kind === "person" || log.said.size > 0;
  return {
    person: isAsked ? adjudicationFigures(ids, log.said) : undefined,
    judge:
      judged && who.kind === "judge"
        ? { file: who.file, advisory: true, ...judgeFigures(ids, judged, log.said) }
        : undefined,
  };
}

function judgeFigures(ids: readonly string[], judged: Adjudications, person: Adjudications) {
  const both = ids.filter((id) => judged.has(id) && person.has(id));
  const agreed = both.filter((id) => judged.get(id) === person.get(id)).length;
  return { ...adjudicationFigures(ids, judged), agreesWithPerson: { n: both.length, agreed } };
}

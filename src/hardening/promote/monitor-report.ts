import { percent } from "../../words/percent.ts";
import { printable, shortened } from "../../words/printable.ts";
import { ALARM_DEFAULTS, evidence } from "../swap/shadow-alarm.ts";
import { shownEvidence } from "../swap/shadow-watch.ts";
import type { CertificateState, GuardedFunction } from "./guard-functions.ts";

/** Reasons for fallbacks that are shown of one function. */
const SHOWN_REASONS = 3;

/** Characters of one reason. */
const SHOWN_TEXT = 100;

/** What a person is told of a function with prompt and code. */
export function guardText(guarded: GuardedFunction): string {
  const { name, worker, locked, certificate, alarm } = guarded;
  const share =
    locked?.share !== undefined && (locked.mode === "shadow" || locked.mode === "canary")
      ? ` (${percent(locked.share, "given")} of calls)`
      : "";
  const who = locked ? `${locked.mode}${share}, code in ${locked.tool}` : "declared in code";
  return [
    `${name} (${worker}): ${who}`,
    `  certificate: ${certificateText(certificate)}`,
    `  compared: ${comparedText(guarded)}`,
    ...recordedLines(guarded),
    ...(alarm ? [`  alarm: raised ${alarm.at}: ${alarm.reason}`] : []),
  ].join("\n");
}

function certificateText(state: CertificateState): string {
  switch (state.kind) {
    case "none":
      return "none; that its code may answer is its author's word";
    case "unfit":
      return `does not fit: ${state.reason}`;
    case "fits": {
      const { claim, inputs, isOutgrown } = state;
      const what = `fits; at least ${percent(claim, "given")} agreement on ${inputs} held-out inputs`;
      return isOutgrown
        ? `${what}; the recordings are others by now, compare again to use them`
        : what;
    }
  }
}

function comparedText({ shadow }: GuardedFunction): string {
  const { compared, disagreed, scripted, alarm } = shadow;
  if (compared === 0) return "nothing yet";
  const by = scripted === 0 ? "" : `; in ${scripted} a script stood in for the model`;
  const e = `E ${shownEvidence(evidence(alarm))} of ${ALARM_DEFAULTS.alarmAt}`;
  return `${compared} calls, ${disagreed} disagreed${by}; ${e} in this window of ${alarm.compared}`;
}

function recordedLines({ answered }: GuardedFunction): readonly string[] {
  const { code, fallbacks, reasons } = answered;
  if (code + fallbacks === 0) return [];
  const share = percent(fallbacks / (code + fallbacks), "estimate");
  return [
    `  recorded: code answered ${code}, the prompt ${fallbacks} (${share})`,
    ...reasons
      .slice(0, SHOWN_REASONS)
      .map(([reason, count]) => `    ${count}: ${shortened(printable(reason), SHOWN_TEXT)}`),
  ];
}

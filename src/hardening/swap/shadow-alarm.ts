import { converted } from "../../format/combine.ts";
import { mapOf, required } from "../../format/map.ts";
import { type Format, fieldError } from "../../format/reader.ts";
import { flag, wholeNumber } from "../../format/scalars.ts";

/** When the comparisons of tool and prompt in the running program raise an alarm. */
interface AlarmSettings {
  /** p0: the share of disagreements that is tolerated. */
  readonly tolerated: number;
  /** p1: the share of disagreements that must be noticed. */
  readonly noticed: number;
  /** The alarm is raised at this E; a false one has a probability of at most 1/alarmAt in a window. */
  readonly alarmAt: number;
  /** Comparisons after which E begins again at 1, so that a good past does not hide a bad present. */
  readonly windowSize: number;
}

/**
 * With these, disagreements at p1 take about 73 comparisons to reach the alarm: ln 20, divided by the
 * 0.0413 that ln E then grows with each. A window is nearly three times as long.
 */
export const ALARM_DEFAULTS: AlarmSettings = {
  tolerated: 0.01,
  noticed: 0.05,
  alarmAt: 20,
  windowSize: 200,
};

/** What is remembered between comparisons, as JSON. */
export interface AlarmState {
  /** Comparisons in the present window. */
  readonly compared: number;
  /** Disagreements among them. */
  readonly disagreed: number;
  /** Whether E has ever reached the alarm; only a new state takes it back. */
  readonly alarmed: boolean;
}

export const CALM: AlarmState = { compared: 0, disagreed: 0, alarmed: false };

const count = wholeNumber({ least: 0 });

const STATE = mapOf(
  {
    compared: required(count, "add compared: 0"),
    disagreed: required(count, "add disagreed: 0"),
    alarmed: required(flag, "add alarmed: false"),
  },
  { expects: "the state of an alarm" },
);

/** Reads a state that was written as JSON. */
export const alarmState: Format<AlarmState> = converted(STATE, (state, field) => {
  if (state.disagreed <= state.compared) return state;
  throw fieldError(field, "has more disagreements than comparisons");
});

/**
 * The e-process of a window: how much better p1 explains it than p0,
 *
 *     E = Π (p1/p0)^x ((1-p1)/(1-p0))^(1-x)
 *
 * over its comparisons, x = 1 for a disagreement. While disagreements are at most p0 its expectation
 * never exceeds 1, so that it ever reaches 20 with a probability of at most 1/20 (Ville's inequality).
 */
export function evidence(
  { compared, disagreed }: AlarmState,
  settings: AlarmSettings = ALARM_DEFAULTS,
): number {
  return Math.exp(logEvidence(compared, disagreed, settings));
}

/** The state after one more comparison. */
export function afterComparison(
  state: AlarmState,
  agrees: boolean,
  settings: AlarmSettings = ALARM_DEFAULTS,
): AlarmState {
  const isFull = state.compared >= settings.windowSize;
  const compared = (isFull ? 0 : state.compared) + 1;
  const disagreed = (isFull ? 0 : state.disagreed) + (agrees ? 0 : 1);
  // Compared as logarithms: E of a long window is more than a double holds.
  const reached = logEvidence(compared, disagreed, settings) >= Math.log(settings.alarmAt);
  return { compared, disagreed, alarmed: state.alarmed || reached };
}

function logEvidence(compared: number, disagreed: number, settings: AlarmSettings): number {
  const { tolerated, noticed } = settings;
  const ofAgreement = Math.log1p(-noticed) - Math.log1p(-tolerated);
  return disagreed * Math.log(noticed / tolerated) + (compared - disagreed) * ofAgreement;
}

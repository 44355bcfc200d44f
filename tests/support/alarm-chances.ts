import { ALARM_DEFAULTS, afterComparison } from "../../src/hardening/swap/shadow-alarm.ts";

/**
 * The chance that a window has raised the alarm after its first comparison, its second and so on, where
 * each comparison disagrees with a probability of `share`. Summed over all courses, not drawn.
 */
export function alarmChances(share: number): readonly number[] {
  let calm = new Map([[0, 1]]);
  let alarmed = 0;
  return Array.from({ length: ALARM_DEFAULTS.windowSize }, (_, compared) => {
    const next = new Map<number, number>();
    for (const [disagreed, chance] of calm) {
      for (const agrees of [true, false]) {
        const branch = chance * (agrees ? 1 - share : share);
        const state = afterComparison({ compared, disagreed, alarmed: false }, agrees);
        if (state.alarmed) alarmed += branch;
        else next.set(state.disagreed, (next.get(state.disagreed) ?? 0) + branch);
      }
    }
    calm = next;
    return alarmed;
  });
}

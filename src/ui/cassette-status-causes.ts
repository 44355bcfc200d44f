import { type Caused, causeLines, groupByCause, withWorkerFile } from "../cassette/miss/causes.ts";
import { functionOf } from "../cassette/miss/nearest-recording.ts";
import type { StaleRecording } from "../cassette/upkeep/replay-findings.ts";
import type { CassetteStatus } from "../testing/status/cassette-status.ts";

export type Replayed = Extract<CassetteStatus, { state: "fresh" | "stale" }>;

/** What made several cassettes stale at once, and what is left to say of each. */
interface SharedCauses {
  /** Each cause with the cases that it is the cause of. */
  readonly lines: readonly string[];
  /** The cassettes with what the lines do not say; those of which they say all are not among them. */
  readonly rest: readonly CassetteStatus[];
}

/** Tells a cause that several cassettes have once, for all of them. */
export function sharedCauses(
  statuses: readonly CassetteStatus[],
  isVerbose: boolean,
): SharedCauses {
  const replayed = statuses.filter((status) => status.state === "stale");
  const counts = new Map<string, number>();
  for (const status of replayed) {
    for (const cause of new Set(status.stale.map((one) => causeOfStale(one, status)))) {
      counts.set(cause, (counts.get(cause) ?? 0) + 1);
    }
  }
  const isShared = (one: StaleRecording, status: Replayed) =>
    (counts.get(causeOfStale(one, status)) ?? 0) > 1;
  const found = replayed.flatMap((status) => causedIn(status, isShared));
  const noun = replayed.some(({ cases }) => cases.length === 0) ? "cassette" : "case";
  const rest = statuses.flatMap((status): readonly CassetteStatus[] => {
    if (status.state !== "stale") return [status];
    const stale = status.stale.filter((one) => !isShared(one, status));
    const { missing, unused, notToday } = status;
    const isTold = stale.length + missing.length + unused.length + notToday.length === 0;
    return isTold && status.brokenOff === undefined ? [] : [{ ...status, stale }];
  });
  return {
    lines: groupByCause(found).flatMap((group) => causeLines(group, { noun, isVerbose })),
    rest,
  };
}

/** Each shared cause of a cassette once, for each case that uses it. */
function causedIn(
  status: Replayed,
  isShared: (one: StaleRecording, status: Replayed) => boolean,
): readonly Caused[] {
  const first = new Map<string, StaleRecording>();
  for (const one of status.stale.filter((each) => isShared(each, status))) {
    const cause = causeOfStale(one, status);
    if (!first.has(cause)) first.set(cause, one);
  }
  const names = status.cases.length > 0 ? status.cases : [status.path];
  return [...first].flatMap(([cause, { details }]) =>
    names.map((name) => ({ cause, name, details })),
  );
}

function causeOfStale({ call, reason }: StaleRecording, { files }: Replayed): string {
  return withWorkerFile(`${functionOf(call)}: ${reason}`, files);
}

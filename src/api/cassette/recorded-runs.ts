import { CassetteSession, type RunGates } from "../../cassette/session/session.ts";
import type { RunCalls } from "../../cassette/state/run-calls.ts";
import type { CassetteOptions } from "../../cassette/state/session-state.ts";
import type { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import type { RunEnd } from "../../project/run/replay-check.ts";

/** A run that recorded something, and how it is run again. */
export interface RecordedRun {
  readonly calls: RunCalls;
  readonly end: RunEnd;
  /** Runs it again from a recording, as on another day: no event, no question, no request. */
  readonly replay: (gates: RunGates, host: Host) => Promise<RunEnd>;
}

/** Where runs were recorded, and what that is opened with. */
interface Recording {
  readonly session: CassetteSession;
  readonly options: CassetteOptions;
}

/**
 * Replays runs from what their session recorded, one after the other, once and offline.
 *
 * @returns what keeps a recording from being replayed; undefined where nothing does
 */
export async function recordingProblem(
  { session, options }: Recording,
  runs: readonly RecordedRun[],
): Promise<LlmDoError | undefined> {
  const { replayProblem } = await import("../../project/run/replay-check.ts"); // a replay needs no check
  return replayProblem({
    session,
    recorded: runs.map(({ end }) => end),
    host: options.host,
    replay: async (path, host) => {
      const checking = options.path;
      const again = {
        ...options,
        path,
        checking,
        host,
        mode: "replay",
        tools: "recorded",
      } as const;
      const replayed = CassetteSession.open(again);
      const ends: RunEnd[] = [];
      for (const { calls, replay } of runs) {
        ends.push(await replay(replayed.forRun(calls), host));
      }
      return { session: replayed, ends };
    },
  });
}

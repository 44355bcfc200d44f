import type { CassetteMode } from "../../cassette/state/session-state.ts";
import type { Host } from "../../host/host.ts";
import { lazily } from "../../host/lazily.ts";
import type { ModelTransport } from "../../model/transport.ts";
import type { RetryInfo } from "../../providers/retry.ts";
import type { ScriptTransport } from "../../providers/script/script.ts";
import type { ProjectConfig } from "../config/project-config.ts";
import type { Project } from "../project.ts";
import { withModelRequests } from "./model-requests.ts";
import type { LiveWatch } from "./run-wrappers.ts";

/** What a run says of who answers. */
interface AnsweredRun {
  readonly host: Host;
  readonly config: ProjectConfig;
  readonly cassette: { readonly mode: CassetteMode } | undefined;
  readonly session?: { readonly mode: CassetteMode } | undefined;
  readonly script: string | ScriptTransport | undefined;
  readonly transport?: ModelTransport | undefined;
  readonly live?: LiveWatch | undefined;
  readonly onWarning: (message: string) => void;
}

interface AnswerSource {
  readonly transport: ModelTransport;
  /** The name of the script that answers. */
  readonly script?: string;
  unusedItems(): number;
}

const localModels = lazily(() => import("./local-models.ts"));
const retries = lazily(() => import("../../providers/retry.ts"));
const stableIds = lazily(() => import("../../providers/stable-ids.ts"));
const registry = lazily(() => import("../../providers/registry.ts"));

/** What answers requests that no cassette answers. A replay loads none of it. */
export async function answerSource(
  { space }: Pick<Project, "space">,
  run: AnsweredRun,
): Promise<AnswerSource> {
  if (run.session?.mode === "replay") return { transport: silent, unusedItems: () => 0 };
  const { openScript, withLocalModels } = await localModels();
  const { withRetry } = await retries();
  const { clock, random, env } = run.host;
  const onRetry = ({ attempt, delayMs, error }: RetryInfo) => {
    run.live?.onRetry({ delayMs, error });
    run.onWarning(`${error.message}; attempt ${attempt + 1} in ${Math.round(delayMs)} ms`);
  };
  if (run.script !== undefined) {
    const isShared = typeof run.script !== "string";
    const script = isShared ? run.script : openScript(run.script, run.host);
    const transport = withRetry(script, { clock, random, onRetry });
    return { transport, script: script.file, unusedItems: () => (isShared ? 0 : script.remaining) };
  }
  const { createProviderRouter } = await registry();
  const extraProviders = run.config.providers;
  const mode = (run.session ?? run.cassette)?.mode;
  const providers =
    run.transport ??
    withModelRequests(createProviderRouter({ env, nowMs: clock.nowMs, extraProviders }), env, mode);
  // What goes to a cassette has the same ids in every recording.
  const isDrawn = run.session !== undefined && run.transport === undefined;
  const steady = isDrawn ? (await stableIds()).withStableIds(providers) : providers;
  const local = withLocalModels(steady, space, run.host);
  const retried = withRetry(local, { clock, random, onRetry });
  const isWatched = run.live !== undefined && run.transport === undefined;
  return { transport: isWatched ? run.live.around(retried) : retried, unusedItems: () => 0 };
}

/** Stands behind a replay, which never asks it. */
const silent: ModelTransport = {
  stream: () => {
    throw new TypeError("a replay asked for a live answer");
  },
};

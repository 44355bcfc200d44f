import { CassetteSession } from "../../../cassette/session/session.ts";
import type { CassetteMode } from "../../../cassette/state/session-state.ts";
import type {
  EffectAnswer,
  MissAnswers,
  RecordingEffects,
} from "../../../cassette/state/stand-ins.ts";
import type { Host } from "../../../host/host.ts";
import { loadProjectConfig } from "../../../project/config/project-config.ts";
import type { Project } from "../../../project/project.ts";
import type { TestCase } from "../file/test-case.ts";

/** How the session of a case is opened, whatever the case says. */
export interface CaseSessionSettings {
  readonly mode: CassetteMode;
  readonly host: Host;
  /** The command that would record the case anew, for advice. */
  readonly rerecord: string;
  /** What the command line says of tools; goes before the case. */
  readonly tools?: "live" | "recorded" | undefined;
  /**
   * In `replay`: what answers where nothing is on record. Nothing outside of a workspace's copy is
   * touched then, whatever the case says of tools.
   */
  readonly misses?: MissAnswers | undefined;
  /** The case's cassette with another model, see {@link RecordingEffects.like}. Default: none. */
  readonly like?: string | undefined;
  /** The file with a recording that is replayed to see that it can be. Default: the cassette. */
  readonly checking?: string | undefined;
}

/** Opens the cassette of a case; undefined where it has none. */
export function openCaseSession(
  one: TestCase,
  project: Project,
  settings: CaseSessionSettings,
): CassetteSession | undefined {
  if (one.cassette === "none") return undefined;
  const { mode, host, rerecord, misses, checking } = settings;
  const { entry, workFolder, folder } = project;
  const { files, input, model, set } = one;
  return CassetteSession.open({
    path: checking ?? one.cassette,
    mode,
    host,
    rerecord,
    misses,
    checking: checking === undefined ? undefined : one.cassette,
    tools: toolsOf(one, settings),
    // What is looked at only is what it is, and a recording anew is no longer what it was.
    isChecked: misses === undefined && checking === undefined && mode !== "record",
    whole: true,
    onWarning: (message) => host.stderr.write(`warning: ${message}\n`),
    effects: effectsOf(one, settings),
    rules: loadProjectConfig(folder, host.files).rules,
    run: { files, entry: entry.name, input, model, set },
    workFolder: workFolder === folder ? undefined : workFolder,
    draws: one.samples > 1,
  });
}

function toolsOf({ tools, workspace }: TestCase, settings: CaseSessionSettings) {
  // Who only looks what is on record touches nothing but copies.
  const isLooking = settings.misses !== undefined || settings.checking !== undefined;
  if (isLooking) return workspace === undefined ? "recorded" : undefined;
  return settings.tools ?? tools;
}

/**
 * What answers effects while the case is recorded. What the command line says of all tools makes
 * nothing happen that the case answers, and lets nothing happen that the case calls live.
 */
function effectsOf({ effects = new Map() }: TestCase, { tools, like }: CaseSessionSettings) {
  const byName = new Map<string, EffectAnswer>();
  for (const [name, { answer }] of effects) {
    if (answer.kind !== "live" || tools !== "recorded") byName.set(name, answer);
  }
  const unrecorded = tools === "recorded" ? "refuse" : "first";
  return { unrecorded, byName, advice: "case", like } as const satisfies RecordingEffects;
}

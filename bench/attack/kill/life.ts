import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Harms } from "./harms.ts";
import { killedRun, type Moment, type RunEnd } from "./killed-run.ts";
import { killProject } from "./project.ts";
import type { KillProvider, Plot } from "./provider.ts";
import { programsLeft, type Traces, tracesIn } from "./traces.ts";

/** Kills in one life at most; then it may end. */
const MOST_KILLS = 12;

const SIGNALS = ["SIGKILL", "SIGTERM"] as const;

export interface Life {
  readonly name: string;
  readonly plot: Plot;
  /** Characters of what a mail answers. */
  readonly letters: number;
  readonly random: () => number;
  readonly provider: KillProvider;
  readonly harms: Harms;
  /** How long a whole run takes, about. */
  readonly runMs: number;
  /** Whether one more kill is wanted, which this life then makes. */
  readonly takeKill: () => boolean;
  /** Told that a run had ended before it was killed. */
  readonly giveBack: () => void;
  /** Told the folder after each kill, for a test that plants a fault. Default: nobody. */
  readonly afterKill?: (folder: string) => void;
}

export interface Lived {
  readonly kills: number;
  /** Effects that kill -9 cut off, which nothing could write down. */
  readonly cut: number;
}

/** Records one run, which is killed again and again and goes on from its cassette until it ends. */
export async function live(life: Life): Promise<Lived> {
  const folder = killProject();
  const env = { ...life.provider.env(life.name), LETTERS: String(life.letters) };
  let kills = 0;
  let cut = 0;
  let before = tracesIn(folder);
  try {
    for (;;) {
      const isLast = kills >= MOST_KILLS || !life.takeKill();
      const signal = SIGNALS[Math.floor(life.random() * 2)] ?? "SIGKILL";
      const moment: Moment = isLast ? { kind: "never" } : momentOf(life, folder);
      const asked = new Map(life.provider.asked(life.name));
      const end = await killedRun({ folder, env, mode: "auto", moment, signal });
      if (end.wasKilled) life.afterKill?.(folder);
      const after = tracesIn(folder);
      const what = `${life.name}: kill ${kills + 1}, ${signal} at ${JSON.stringify(moment)}`;
      judge(life, { what, end, before, after, asked, signal });
      const left = await programsLeft(folder);
      life.harms.note("orphans", left.length, `${what}: ${left.join(" ")}`);
      before = after;
      if (!end.wasKilled) {
        if (!isLast) life.giveBack();
        break;
      }
      kills++;
      cut += signal === "SIGKILL" ? unrecorded(after).length : 0;
    }
    await checkReplay(life, folder, env);
    return { kills, cut };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function momentOf({ random, plot, letters, runMs }: Life, folder: string): Moment {
  if (random() < 0.5) return { kind: "time", ms: Math.round(runMs * (0.3 + 0.8 * random())) };
  const bytes = statSync(join(folder, "c.yaml"), { throwIfNoEntry: false })?.size ?? 0;
  const whole = plot.turns * (plot.pictureChars + 2 * letters + 2_000);
  const left = Math.max(1, whole - bytes);
  return { kind: "bytes", bytes: bytes + 1 + Math.floor(left * random()) };
}

interface Judged {
  readonly what: string;
  readonly end: RunEnd;
  readonly before: Traces;
  readonly after: Traces;
  /** What was asked before the run. */
  readonly asked: ReadonlyMap<string, number>;
  readonly signal: NodeJS.Signals;
}

function judge({ harms, provider, name }: Life, judged: Judged): void {
  const { what, end, before, after, asked, signal } = judged;
  const { unreadable } = after;
  harms.note("unreadable", unreadable === undefined ? 0 : 1, `${what}: ${unreadable}`);
  const again = [...provider.asked(name)].filter(
    ([hash, count]) => asked.has(hash) && count > (asked.get(hash) ?? 0),
  );
  harms.note("askedTwice", Math.max(0, again.length - 1), `${what}: ${again.length} again`);
  const repeated = [...before.recorded].filter(
    (id) => after.begun.get(id) !== before.begun.get(id),
  );
  harms.note("repeated", repeated.length, `${what}: ${repeated.join(" ")}`);
  const isBlocked = end.stderr.includes("is writing it");
  const leavesLock = after.hasLock && !before.hasLock && !(end.wasKilled && signal === "SIGKILL");
  harms.note("blocked", isBlocked || leavesLock ? 1 : 0, `${what}: ${end.stderr}`);
  if (end.wasKilled && signal === "SIGTERM") {
    const lost = unrecorded(after).filter((id) => after.begun.get(id) !== before.begun.get(id));
    harms.note("lost", lost.length, `${what}: ${lost.join(" ")}`);
  }
  harms.note("odd", isAsItShould(end, signal) ? 0 : 1, `${what}: ${JSON.stringify(end)}`);
}

/** Mails that were begun and are on no record. */
function unrecorded({ begun, recorded }: Traces): readonly string[] {
  return [...begun.keys()].filter((id) => !recorded.has(id));
}

function isAsItShould({ wasKilled, code, signal: by, stdout }: RunEnd, signal: NodeJS.Signals) {
  const isDone = code === 0 && stdout === "Done.\n";
  if (!wasKilled) return isDone;
  // It may have ended by itself at the last moment, or not have begun to listen.
  return isDone || by === signal || (signal === "SIGTERM" && code === 143);
}

async function checkReplay(
  { name, harms }: Life,
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const moment = { kind: "never" } as const;
  const end = await killedRun({ folder, env, mode: "replay", moment, signal: "SIGKILL" });
  const isDone = end.code === 0 && end.stdout === "Done.\n";
  harms.note("unreadable", isDone ? 0 : 1, `${name}: its replay: ${JSON.stringify(end)}`);
}

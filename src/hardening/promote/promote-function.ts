import { hash } from "node:crypto";
import { dirname, relative, resolve } from "node:path";
import {
  type Certificate,
  formatCertificate,
  makeCertificate,
} from "../../certificate/certificate.ts";
import { isLlmDoError, LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { loadDomain, loadStandInTool } from "../../project/lock/code-reference.ts";
import type { LockedFunction } from "../../project/lock/lock-file.ts";
import { changeLock, type FoundLock, withFunction } from "../../project/lock/lock-store.ts";
import { toleratedShareOf } from "../../project/lock/tolerated-share.ts";
import {
  DEFAULT_FALSE_ALARM_EVERY,
  type DetectorSettings,
  UNCERTIFIED_TOLERATED,
} from "../../statistics/detector.ts";
import { appendEntry, logPath } from "../watch/log-file.ts";
import { checkCertificate } from "./check-certificate.ts";
import { checkOwnModel } from "./locked-pair.ts";
import { alarmOf, readLogFigures } from "./log-figures.ts";
import {
  type PromotePlan,
  type PromoteRequest,
  type PromoteSubject,
  planPromotion,
  promoteSubject,
} from "./promote-plan.ts";

/** What a promotion has done. */
export interface Promoted {
  /** Path of the lock file, absolute. */
  readonly lock: string;
  /** Undefined for a worker that no lock file names and that its prompt answers anyhow. */
  readonly entry: LockedFunction | undefined;
  /** What code answers by; undefined where the prompt answers without one. */
  readonly certificate?: Certificate | undefined;
  /** Of the alarm that watches; undefined where nothing is compared, or nothing is certified yet. */
  readonly alarm?: DetectorSettings | undefined;
  /** Whether the certificate now names other code, which gives the same answers. */
  readonly isRenewed?: boolean | undefined;
}

/**
 * Says in the lock file who answers a function.
 *
 * That code does needs a certificate of a supported claim that is about today's prompt, model,
 * comparator, guard and answers, and no alarm. A shadow needs code that loads, and no alarm. That the
 * prompt does needs nothing.
 *
 * @throws LlmDoError `configuration` when it is refused; what loading the project and its code throws
 */
export async function promoteFunction(request: PromoteRequest, host: Host): Promise<Promoted> {
  const subject = promoteSubject(request.worker, host);
  const { lock, locked } = subject;
  if (request.mode === "prompt") {
    if (locked) keep(locked, lock, { host, of: (now) => ({ ...now, mode: "prompt" }) });
    return { lock: lock.path, entry: locked && { ...locked, mode: "prompt" } };
  }
  checkAlarm(request.worker, subject, host);
  const plan = await planPromotion(request, subject, host);
  const { entry } = plan;
  const top = dirname(lock.path);
  const scope = { folder: top, place: undefined, host };
  if (plan.candidate) checkOwnModel(plan.candidate);
  else await loadStandInTool(entry.tool, scope);
  if (entry.domain !== undefined) await loadDomain(entry.domain, scope);
  const { certificate, isRenewed } = await certified(request, plan, { subject, host });
  const { falseAlarmEvery = DEFAULT_FALSE_ALARM_EVERY } = entry;
  const tolerated =
    certificate && toleratedShareOf(entry, { folder: top, files: host.files, cwd: host.cwd });
  const alarm = tolerated === undefined ? undefined : { tolerated, falseAlarmEvery };
  // An alarm may have been raised meanwhile.
  const of = (now: LockedFunction | undefined) => {
    checkAlarm(request.worker, { lock, locked: now }, host);
    if (isRenewed && certificate) {
      host.files.write(resolve(top, entry.certificate), formatCertificate(certificate));
    }
    begin(entry, { top, alarm, host, certificate });
    return entry;
  };
  keep(entry, lock, { host, of });
  return { lock: lock.path, entry, certificate, alarm, isRenewed };
}

interface Keeping {
  readonly host: Host;
  /** Makes the entry of what the lock file says at that moment. */
  readonly of: (locked: LockedFunction) => LockedFunction;
}

function keep(entry: LockedFunction, { path }: FoundLock, { host, of }: Keeping): void {
  const change = ({ lock }: FoundLock) => {
    const now = lock.functions.find(({ worker }) => worker === entry.worker);
    return withFunction(lock, of(now ?? entry));
  };
  const onWarning = (text: string) => host.stderr.write(`warning: ${text}\n`);
  changeLock(dirname(path), { change, onWarning }, host);
}

/** An alarm is looked at by a person before code is tried again. */
function checkAlarm(
  what: string,
  { lock, locked }: Pick<PromoteSubject, "lock" | "locked">,
  { files, cwd }: Host,
): void {
  if (!locked) return;
  const figures = readLogFigures(logPath(dirname(lock.path), locked.worker), files);
  const raised = locked.reverted ?? alarmOf(figures);
  if (!raised) return;
  throw new LlmDoError({
    code: "configuration",
    verb: "promote",
    what,
    reason: `its alarm was raised on ${raised.at}: ${raised.reason}`,
    place: { file: relative(cwd, lock.path) },
    tries: [
      `find out why: llm-do monitor ${what} lists where they disagreed`,
      `then take it back: llm-do monitor ${what} --reset`,
    ],
  });
}

/** A shadow goes by a certificate if there is one that fits, and else without. */
async function certified(
  request: PromoteRequest,
  plan: PromotePlan,
  scope: { readonly subject: PromoteSubject; readonly host: Host },
): Promise<Pick<Promoted, "certificate" | "isRenewed">> {
  const { certificate } = plan;
  if (!certificate) return {};
  let renewedTool: string | undefined;
  try {
    ({ renewedTool } = await checkCertificate(request, plan, certificate, scope));
  } catch (error) {
    if (request.mode !== "shadow" || !isLlmDoError(error)) throw error;
    return {};
  }
  if (renewedTool === undefined) return { certificate, isRenewed: false };
  const hashes = { ...certificate.hashes, tool: renewedTool };
  const { tool = certificate.tool } = request;
  return { certificate: makeCertificate({ ...certificate, tool, hashes }), isRenewed: true };
}

/** What the log says where no alarm is raised: nothing is certified that one could watch. */
const UNWATCHED: DetectorSettings = {
  tolerated: UNCERTIFIED_TOLERATED,
  falseAlarmEvery: DEFAULT_FALSE_ALARM_EVERY,
};

/**
 * Code that is put in place again, as each deployment may do, is watched on: an alarm that began anew each
 * time would never be raised.
 *
 * @throws LlmDoError `file` when the log cannot be written: code may not answer unwatched
 */
function begin(
  { worker, mode, certificate: path }: LockedFunction,
  {
    top,
    alarm,
    host,
    certificate,
  }: {
    readonly top: string;
    readonly alarm: DetectorSettings | undefined;
    readonly host: Host;
    readonly certificate: Certificate | undefined;
  },
): void {
  if (mode === "prompt") return;
  const at = new Date(host.clock.nowMs()).toISOString();
  const by = certificate ? { certificate: path, watched: watchedHash(certificate) } : {};
  const settings = alarm ?? UNWATCHED;
  const entry = { kind: "began", at, mode, ...settings, ...by } as const;
  const log = logPath(top, worker);
  const { began } = readLogFigures(log, host.files);
  const isSame =
    entry.watched !== undefined &&
    began?.watched === entry.watched &&
    began.mode === mode &&
    began.tolerated === settings.tolerated &&
    began.falseAlarmEvery === settings.falseAlarmEvery;
  if (!isSame) appendEntry({ path: log, top }, entry, host.files);
}

/** What an alarm is about: a certificate of the same, made anew, changes nothing of it. */
function watchedHash({ kind, version, hashes }: Certificate): string {
  const { prompt, model, tool, comparator, domain } = hashes;
  const watched = [kind, version, prompt, model, tool, comparator, domain];
  return hash("sha256", JSON.stringify(watched));
}

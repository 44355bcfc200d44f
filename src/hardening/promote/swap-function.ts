import { dirname, relative, resolve } from "node:path";
import { CERTIFIED, type Certified } from "../../certificate/certificate.ts";
import { checkLooks } from "../../certificate/read-certificate.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { changedSince } from "../../project/lock/certified.ts";
import { loadDomain, loadStandInTool } from "../../project/lock/code-reference.ts";
import type { LockedFunction } from "../../project/lock/lock-file.ts";
import { changeLock, type FoundLock, withFunction } from "../../project/lock/lock-store.ts";
import { percent } from "../../words/percent.ts";
import { readShadow, removeShadow } from "../swap/alarm-file.ts";
import {
  planSwap,
  type SwapPlan,
  type SwapRequest,
  type SwapSubject,
  swapSubject,
} from "./swap-plan.ts";
import { todaysEvidence } from "./todays-evidence.ts";

/** What a swap has done. */
interface Swapped {
  /** Path of the lock file, absolute. */
  readonly lock: string;
  /** Undefined for a worker that no lock file names and that its prompt answers anyhow. */
  readonly entry: LockedFunction | undefined;
}

/**
 * Says in the lock file who answers a function. That code does needs a certificate of a supported
 * claim whose hashes are today's, and no alarm; that the prompt does needs nothing.
 *
 * @throws LlmDoError `configuration` when it is refused; what loading the project and its code throws
 */
export async function swapFunction(request: SwapRequest, host: Host): Promise<Swapped> {
  const subject = swapSubject(request.worker, host);
  const { lock, locked } = subject;
  if (request.mode === "prompt") {
    if (locked) keep(locked, lock, { host, of: (now) => ({ ...now, mode: "prompt" }) });
    return { lock: lock.path, entry: locked && { ...locked, mode: "prompt" } };
  }
  checkAlarm(request.worker, subject, host);
  const plan = await planSwap(request, subject, host);
  const scope = { folder: dirname(lock.path), place: undefined, host };
  await loadStandInTool(plan.entry.tool, scope);
  if (plan.entry.domain !== undefined) await loadDomain(plan.entry.domain, scope);
  await checkCertificate(request, plan, { subject, host });
  // An alarm may have been raised meanwhile.
  const checked = (locked: LockedFunction) => {
    checkAlarm(request.worker, { lock, locked }, host);
    return plan.entry;
  };
  keep(plan.entry, lock, { host, of: checked });
  removeShadow(dirname(lock.path), plan.entry.worker, host);
  return { lock: lock.path, entry: plan.entry };
}

interface Keeping {
  readonly host: Host;
  /** Makes the entry of what the lock file says at that moment. */
  readonly of: (locked: LockedFunction) => LockedFunction;
}

function keep(entry: LockedFunction, { path }: FoundLock, { host, of }: Keeping): void {
  const change = ({ lock }: FoundLock) => {
    const now = lock.functions.find(({ worker }) => worker === entry.worker);
    return withFunction(lock, now ? of(now) : entry);
  };
  const onWarning = (text: string) => host.stderr.write(`warning: ${text}\n`);
  changeLock(dirname(path), { change, onWarning }, host);
}

/** An alarm is looked at by a person before code answers again. */
function checkAlarm(
  what: string,
  { lock, locked }: Pick<SwapSubject, "lock" | "locked">,
  { files, cwd }: Host,
): void {
  if (!locked) return;
  const { raised, alarm } = readShadow(dirname(lock.path), locked, files);
  const reverted = locked.reverted ?? raised;
  if (!reverted && !alarm.alarmed) return;
  const said = reverted ? ` on ${reverted.at}: ${reverted.reason}` : "";
  throw new LlmDoError({
    code: "configuration",
    verb: "swap",
    what,
    reason: `its alarm was raised${said}`,
    place: { file: relative(cwd, lock.path) },
    tries: [
      "find out why: the calls on which the two disagreed are in the recordings",
      `then take it back: llm-do guard ${what} --reset`,
    ],
  });
}

async function checkCertificate(
  request: SwapRequest,
  { entry, worker, certificate, comparator }: SwapPlan,
  { subject, host }: { readonly subject: SwapSubject; readonly host: Host },
): Promise<void> {
  const top = dirname(subject.lock.path);
  const refusal = refusalOf(request, entry, { top, host });
  if (certificate.exitCode !== 0) {
    const { verdict, claim } = certificate.agreement;
    throw refusal(
      `supports no claim: agreement on ${percent(claim, "given")} is ${verdict}`,
      [],
      ADVICE[verdict],
    );
  }
  const { lock } = subject;
  const { recordings, model } = request;
  const evidence = { worker, entry, lock, comparator, recordings, model };
  const { hashes: today, subject: looked } = await todaysEvidence(evidence, host);
  const changed = changedSince(certificate.hashes, today, CERTIFIED);
  if (changed.length === 0) {
    const { files, cwd } = host;
    return checkLooks(certificate, resolve(top, entry.certificate), {
      files,
      cwd,
      subject: looked,
    });
  }
  const details = changed.map((part) => {
    const then = certificate.hashes[part]?.slice(0, SHOWN_DIGITS) ?? "nothing";
    return `  ${part}: certified ${then}, today ${today[part]?.slice(0, SHOWN_DIGITS) ?? "nothing"}`;
  });
  throw refusal(`does not fit: ${wordsOf(changed)}`, details);
}

/** What comes before the next comparison. */
const ADVICE: Readonly<Record<string, string>> = {
  refuted: "keep the prompt, or change the code",
  inconclusive: "record more calls first",
};

/** Hexadecimal digits of a hash that are enough to tell two apart. */
const SHOWN_DIGITS = 16;

/** What is to be said of hashes that do not fit, as in "the prompt and the recordings have changed". */
export function wordsOf(changed: readonly Certified[]): string {
  const named = changed.map((part) => `the ${part}`);
  const last = named.pop() ?? "";
  const many = changed.length > 1 || last === "the recordings";
  const all = named.length === 0 ? last : `${named.join(", ")} and ${last}`;
  return `${all} ${many ? "have" : "has"} changed`;
}

function refusalOf(
  { worker, with: others = [] }: SwapRequest,
  { certificate, tool }: LockedFunction,
  { top, host }: { readonly top: string; readonly host: Host },
) {
  const shown = (path: string) => relative(host.cwd, resolve(top, path));
  const command = [
    "llm-do compare",
    worker,
    shown(tool),
    ...others.map((file) => `--with ${file}`),
  ];
  return (reason: string, details: readonly string[] = [], before?: string) =>
    new LlmDoError({
      code: "configuration",
      verb: "swap",
      what: worker,
      reason: `its certificate ${reason}`,
      place: { file: shown(certificate) },
      details,
      tries: [
        ...(before === undefined ? [] : [before]),
        `compare them again: ${command.join(" ")}`,
      ],
    });
}

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { certified } from "../../../tests/support/certificates.ts";
import { temporaryFolder, testHost } from "../../../tests/support/host.ts";
import { AT, answersTo, lookedAt, madeUpLedger } from "../../../tests/support/ledgers.ts";
import { load } from "../../../tests/support/loading.ts";
import { writeFiles } from "../../../tests/support/project.ts";
import { formatCertificate } from "../../certificate/certificate.ts";
import { withCut } from "../../certificate/ledger-changes.ts";
import { formatSplitLedger } from "../../certificate/ledger-text.ts";
import { head, type SplitLedger } from "../../certificate/split-ledger.ts";
import type { WorkerFunction } from "../../functions/llm-function.ts";
import { workerHead } from "../../runtime/worker/worker-head.ts";
import { certificateProblem, codeHashes } from "./certified.ts";
import { promptHash } from "./fingerprints.ts";
import type { LockedFunction } from "./lock-file.ts";

const WORKER = "---\nname: slug\n---\nMake a slug.\n";

const FILES = {
  "slug.ts": 'readFileSync(new URL("./sep.json", import.meta.url));\n',
  "sep.json": '"-"\n',
  "hardening/slug/templates.json": '{ "templates": [] }\n',
};

const LOCKED: LockedFunction = {
  worker: "slug.worker",
  name: "slug",
  mode: "canary",
  tool: "slug.ts#slug",
  domain: "hardening/slug/templates.json",
  certificate: "hardening/slug/certificate.json",
};

const LEDGER = lookedAt(madeUpLedger(500), answersTo(500)).ledger;

async function workerOf(text: string): Promise<WorkerFunction> {
  const { project } = await load({ "slug.worker": text });
  const worker = project?.space.get("slug");
  if (worker?.kind !== "worker") throw new TypeError("no worker was loaded");
  return worker;
}

interface Changes {
  readonly files?: Partial<typeof FILES>;
  readonly worker?: string;
  readonly ledger?: SplitLedger | undefined;
  readonly locked?: Partial<LockedFunction>;
  readonly certificate?: (text: string) => string;
}

/** What a run says of a certificate that was fine before something changed. */
async function problemAfter(changes: Changes): Promise<string | undefined> {
  using folder = temporaryFolder();
  const host = testHost({ cwd: folder.path });
  writeFiles(folder.path, FILES);
  const prompt = promptHash(workerHead(await workerOf(WORKER)));
  const { tool = "", domain = "" } = codeHashes(LOCKED, { folder: folder.path, files: host.files });
  const hashes = { prompt, tool, domain, answers: answersTo(500)(500), ledger: head(LEDGER) };
  const made = formatCertificate(certified({ n: 250, agreed: 250, hashes }));
  const { certificate = (text: string) => text } = changes;
  host.files.write(join(folder.path, LOCKED.certificate), certificate(made));
  const ledger = "ledger" in changes ? changes.ledger : LEDGER;
  if (ledger) {
    const path = join(folder.path, "hardening/slug/split.lock.json");
    host.files.write(path, formatSplitLedger(ledger));
  }
  writeFiles(folder.path, { ...changes.files });
  const worker = await workerOf(changes.worker ?? WORKER);
  return certificateProblem({ ...LOCKED, ...changes.locked }, worker, {
    ...{ folder: folder.path, files: host.files, cwd: folder.path },
  });
}

const CERTIFICATE = "its certificate hardening/slug/certificate.json";

describe("a run accepts a certificate", () => {
  test("that fits, whatever was recorded and looked at since", async () => {
    expect(await problemAfter({})).toBeUndefined();
    const ledger = lookedAt(LEDGER, answersTo(500, 3)).ledger;
    expect(await problemAfter({ ledger })).toBeUndefined();
  });

  test.each<[string, Changes, string]>([
    ["another prompt", { worker: `${WORKER}Use dashes.\n` }, "was made for another prompt"],
    ["other code", { files: { "slug.ts": "" } }, "was made for another tool"],
    ["other data of the code", { files: { "sep.json": '"_"\n' } }, "was made for another tool"],
    [
      "other templates",
      { files: { "hardening/slug/templates.json": "{}" } },
      "was made for another domain",
    ],
    ["no guard", { locked: { domain: undefined } }, "was made for another domain"],
    ["no ledger", { ledger: undefined }, "cannot be used: there is no split.lock.json beside it"],
    ["another ledger", { ledger: madeUpLedger(500) }, "cannot be used: its ledger is another one"],
    [
      "a cut",
      { ledger: withCut(LEDGER, { at: AT, why: "model", detail: "" }) },
      "cannot be used: its evidence was set aside",
    ],
    [
      "figures that do not add up",
      { certificate: (text) => text.replace('"agreed": 250', '"agreed": 251') },
      "cannot be used: its figures do not add up",
    ],
    [
      "the first method",
      { certificate: (text) => text.replace('"certificate": 2', '"certificate": 1') },
      "cannot be used: the certificate was made by the first method",
    ],
    ["none", { locked: { certificate: "none.json" } }, "there is no such certificate"],
    [
      "an alarm",
      { locked: { reverted: { at: AT, reason: "9 of 60" } } },
      `its alarm was raised on ${AT}: 9 of 60`,
    ],
  ])("not after %s", async (_what, changes, reason) => {
    const problem = await problemAfter(changes);
    expect(problem).toContain(reason);
    if (!changes.locked) expect(problem).toContain(CERTIFICATE);
  });
});

// One of several processes that change the same file: node shared-state-writer.ts KIND FOLDER NAME COUNT
import { hash } from "node:crypto";
import { join } from "node:path";
import { withInputs } from "../../src/certificate/ledger-changes.ts";
import { changeLedger, ledgerPlace } from "../../src/certificate/ledger-file.ts";
import { newLedger } from "../../src/certificate/split-ledger.ts";
import { LabelLog } from "../../src/hardening/compare/labels/label-log.ts";
import { nodeHost } from "../../src/host/node-host.ts";
import { LockPins } from "../../src/project/lock/lock-pins.ts";
import { changeLabels } from "../../src/testing/calibrate/labels-file.ts";
import { SharedBudget } from "../../src/testing/run/shared-budget.ts";

const [kind = "", folder = ".", name = "", counted = "0"] = process.argv.slice(2);
process.chdir(folder);
const host = { ...nodeHost(), env: {} };
const numbers = Array.from({ length: Number(counted) }, (_each, index) => index);

function sha256(text: string): string {
  return hash("sha256", text);
}

const KINDS: Readonly<Record<string, () => unknown>> = {
  pins: () => {
    const pins = new LockPins(folder, host, "headless");
    for (const number of numbers) {
      const tool = `${name}-${number}`;
      pins.keep({ server: "server", tool, description: tool, inputSchema: {} });
    }
  },
  ledger: () => {
    const place = ledgerPlace({ name: "w", path: join(folder, "w.worker") }, folder);
    const at = "2026-01-01T00:00:00.000Z";
    for (const number of numbers) {
      changeLedger(place, host, (now) => {
        const key = sha256(`${name} ${number}`);
        const input = { key, side: "holdout", origin: "traffic", answer: key } as const;
        const part = { prompt: sha256("prompt"), model: sha256("model") };
        return withInputs(now ?? newLedger(place), { at, ...part, inputs: [input] });
      });
    }
  },
  adjudications: () => {
    const log = LabelLog.open(join(folder, "adjudication.jsonl"), host);
    for (const number of numbers) log.add(`${name}-${number}`, "tool", "2026-01-01");
  },
  budget: () => {
    const budget = new SharedBudget({ maxUsd: 1000, folder, host });
    const usage = { inputTokens: 1000, outputTokens: 0 };
    for (const _each of numbers) budget.count("anthropic:claude-haiku-4-5", usage);
  },
  labels: () => {
    const worker = join(folder, "judge.worker");
    const write = (name: string) =>
      changeLabels(worker, host, (known) => ({
        added: known.some((one) => one.case === name)
          ? []
          : [{ cases: "c.yaml", case: name, answer: "0123456789ab", says: "x", label: undefined }],
        result: undefined,
      }));
    for (const number of numbers) {
      write(`${name}-${number}`);
      write(`all-${number}`);
    }
  },
};

for (const name of kind.split(",")) await KINDS[name]?.();

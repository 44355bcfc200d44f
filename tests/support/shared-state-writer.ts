// One of several processes that change the same file: node shared-state-writer.ts KIND FOLDER NAME COUNT
import { join } from "node:path";
import { AdjudicationLog } from "../../src/hardening/compare/labels/adjudication-log.ts";
import { recordLook } from "../../src/hardening/compare/run/looks.ts";
import { nodeHost } from "../../src/host/node-host.ts";
import { LockPins } from "../../src/project/lock/lock-pins.ts";
import { changeLabels } from "../../src/testing/calibrate/labels-file.ts";
import { SharedBudget } from "../../src/testing/run/shared-budget.ts";

const [kind = "", folder = ".", name = "", counted = "0"] = process.argv.slice(2);
process.chdir(folder);
const host = { ...nodeHost(), env: {} };
const numbers = Array.from({ length: Number(counted) }, (_each, index) => index);

const KINDS: Readonly<Record<string, () => unknown>> = {
  pins: () => {
    const pins = new LockPins(folder, host, "headless");
    for (const number of numbers) {
      const tool = `${name}-${number}`;
      pins.keep({ server: "server", tool, description: tool, inputSchema: {} });
    }
  },
  looks: () => {
    for (const number of numbers) {
      const subject = Buffer.from(`${name} ${number}`.padEnd(8)).toString("hex").padEnd(16, "0");
      const place = { path: join(folder, "split.lock.json"), worker: "w", host };
      recordLook({ subject, n: 1, agreed: 1 }, place);
    }
  },
  adjudications: () => {
    const log = AdjudicationLog.open(join(folder, "adjudication.jsonl"), host);
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

import type { Grant } from "../../functions/llm-function.ts";
import type { Tool } from "../../functions/tool.ts";
import type { Host } from "../../host/host.ts";
import type { ToolsetReference } from "../../worker/toolset-reference.ts";
import type { WorkerDefinition } from "../../worker/worker-definition.ts";
import type { Path } from "../../yaml/path.ts";
import { reachedFrom } from "../link/reached.ts";
import { type CheckedProject, placeIn, toolsetPlace } from "./checked-project.ts";
import type { Findings } from "./findings.ts";

/** Finds tools that a worker both approves of and blocks. */
export function checkContradictions(
  workers: readonly WorkerDefinition[],
  host: Host,
  findings: Findings,
): void {
  for (const worker of workers) {
    for (const path of contradictionsIn(worker.toolsets)) {
      findings.add({
        code: "project",
        place: placeIn(worker, path, host),
        problem: `"${path.at(-1)}" is both pre_approved and blocked`,
        tries: ["keep one of the two"],
      });
    }
  }
}

/** Where they stand, in what is offered to others too. */
function contradictionsIn(references: readonly ToolsetReference[]): readonly Path[] {
  return references.flatMap(({ reference, approvals, offers = [] }) => {
    const contradicted = Object.entries(approvals).filter(
      ([, { preApproved, blocked }]) => preApproved && blocked,
    );
    const own = contradicted.map(([tool]) => ["_approval_config", tool]);
    const paths = [...own, ...contradictionsIn(offers)];
    return paths.map((path) => ["toolsets", reference, ...path]);
  });
}

/** Finds what a run without a person can never be allowed: tools that always ask. */
export function checkHeadless(checked: CheckedProject): void {
  const { project, workers, isWhole, findings } = checked;
  const reached = isWhole ? reachedFrom(project).depths : undefined;
  for (const worker of workers) {
    if (reached && !reached.has(worker.definition.name)) continue;
    for (const [name, grant] of worker.linked.functions) {
      if (!needsPerson(grant)) continue;
      findings.add({
        code: "approval-needed",
        place: toolsetPlace(worker, grant.toolset),
        problem: `"${name}" needs approval, and a headless run has nobody to give it`,
        tries: [
          `write _approval_config: { ${name}: { pre_approved: true } } under "${grant.toolset}"`,
        ],
      });
    }
  }
}

/** A worker asks for attachments only, and what is blocked is denied to a person as well. */
function needsPerson({ function: target, approval }: Grant): boolean {
  const { preApproved, blocked } = approval;
  return target.kind === "tool" && !preApproved && !blocked && alwaysAsks(target.tool);
}

/** A rule that answers without a look at its input gives every input that answer. */
function alwaysAsks(tool: Tool): boolean {
  try {
    return tool.approval(UNSEEN) === "ask";
  } catch {
    return false; // it did look
  }
}

function sawLook(): never {
  throw new TypeError("a rule looked at its input");
}

/** Throws at whoever looks at it. */
const UNSEEN: object = new Proxy(
  {},
  {
    get: sawLook,
    has: sawLook,
    ownKeys: sawLook,
    getOwnPropertyDescriptor: sawLook,
    getPrototypeOf: sawLook,
  },
);

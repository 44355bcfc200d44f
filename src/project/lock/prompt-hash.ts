import { hash } from "node:crypto";
import { canonicalJson } from "../../model/canonical.ts";
import type { WorkerHead } from "../../runtime/worker/worker-head.ts";

/** The hash of a worker's prompt: everything that its model is told beside the conversation. */
export function promptHash(head: WorkerHead): string {
  return hash("sha256", canonicalJson(head));
}

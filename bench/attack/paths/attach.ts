import { nodeFileSystem } from "../../../src/host/files/node-file-system.ts";
import type { Call } from "../../../src/runtime/state/call.ts";
import type { RunState } from "../../../src/runtime/state/run-state.ts";
import { readAttachments } from "../../../src/runtime/worker/attachments.ts";

/** Attaches files as a model does, and tells the text of each. */
export function attacher(cwd: string): (path: string) => Promise<readonly string[]> {
  // What reading attachments asks of a run and of a call that a model made.
  const run = { options: { cwd, host: { files: nodeFileSystem } } } as unknown as RunState;
  const call = {
    attachingFrom: "folders",
    function: { kind: "worker", name: "reader", configuredIn: "main" },
  } as unknown as Call;
  return async (path) => {
    const attached = await readAttachments(run, call, { attachments: [path] });
    return attached.map((one) => ("bytes" in one ? Buffer.from(one.bytes).toString() : one.url));
  };
}

import { CassetteSession } from "../../src/cassette/session/session.ts";
import type { Host } from "../../src/host/host.ts";
import { runConversation } from "./conversation-run.ts";
import { modelDouble } from "./model-double.ts";
import type { Reviewer } from "./reviewer.ts";

/** Records a conversation into a new cassette, from a double. */
export async function record(reviewer: Reviewer, path: string, host: Host): Promise<void> {
  const session = CassetteSession.open({ path, mode: "record", host });
  let ok = false;
  try {
    await runConversation({ reviewer, transport: modelDouble(reviewer.said), host, session });
    ok = true;
  } finally {
    session.close({ ok });
  }
}

import { join } from "node:path";
import { CassetteSession } from "../../src/cassette/session/session.ts";
import type { CassetteOptions } from "../../src/cassette/state/session-state.ts";
import type { Summary } from "../../src/cassette/state/summary.ts";
import type { LlmFunction } from "../../src/functions/llm-function.ts";
import type { ModelTransport } from "../../src/model/transport.ts";
import { temporaryFolder, testHost } from "./host.ts";
import { type Ran, type RunLiteral, runEntry, scripted } from "./project.ts";

const silent: ModelTransport = {
  stream: () => {
    throw new Error("a model was asked in replay");
  },
};

export type Session = Partial<CassetteOptions> & Pick<CassetteOptions, "path" | "mode">;

/** Runs an entry with a cassette. */
export async function runWith(
  entry: LlmFunction,
  session: Session,
  { script = silent, ...literal }: RunLiteral,
): Promise<Ran & { readonly summary: Summary }> {
  const host = literal.host ?? testHost();
  const cassette = CassetteSession.open({ host, ...session });
  const inner = typeof script === "string" ? scripted(script, host) : script;
  const ran = await runEntry(entry, {
    ...literal,
    host,
    script: cassette.transport(inner),
    effects: cassette.effects,
  });
  await new Promise((resolve) => setTimeout(resolve, 1)); // what was left behind may still write
  return { ...ran, summary: cassette.close({ ok: ran.error === undefined }) };
}

/** Records a run and replays it. */
export async function twice(
  entry: LlmFunction,
  literal: RunLiteral,
  replay: Partial<Session> = {},
) {
  using folder = temporaryFolder();
  const path = join(folder.path, "main.yaml");
  const { script: _script, ...rest } = literal;
  const first = await runWith(entry, { path, mode: "record" }, literal);
  const second = await runWith(entry, { path, mode: "replay", ...replay }, rest);
  return { first, second };
}

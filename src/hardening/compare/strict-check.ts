import { makeCertificate } from "../../certificate/certificate.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { isWorkerFile } from "../../project/project-files.ts";
import { percent } from "../../words/percent.ts";
import type { Compared } from "./report/compare-report.ts";
import { mutationScore } from "./trial/mutation-score.ts";

/** A comparison with what mutation testing says of the tool's test. */
interface StrictlyCompared {
  readonly compared: Compared;
  /** For the person, one or more lines. */
  readonly lines: readonly string[];
}

/** Survivors that are named. */
const MOST_SURVIVORS = 5;

/**
 * Puts faults into a compared tool, one at a time, and counts how many its test notices; the score goes
 * into the certificate. The test is `NAME.test.ts` beside the tool.
 *
 * @throws LlmDoError `usage` for a prompt, `configuration` where Stryker is missing, `call` where it fails
 */
export async function checkStrictly(
  compared: Compared,
  reference: string,
  { host, signal }: { readonly host: Host; readonly signal: AbortSignal },
): Promise<StrictlyCompared> {
  if (isWorkerFile(reference)) throw isPrompt(reference);
  const [tool = ""] = reference.split("#");
  const test = tool.replace(/\.([cm]?[jt]s)$/, ".test.$1");
  const score = await mutationScore({ tool, test, host, signal });
  const { mutationScore: share, noticed, mutants, survivors } = score;
  if (share === undefined)
    return { compared, lines: ["mutation testing: nothing to put a fault into"] };
  const named = survivors
    .slice(0, MOST_SURVIVORS)
    .map(({ line, mutator }) => `${line} (${mutator})`);
  const rest = survivors.length > named.length ? ", ..." : "";
  const lines = [
    `mutation testing: ${test} notices ${noticed} of ${mutants} faults (${percent(share, "estimate")})`,
    ...(named.length === 0
      ? []
      : [`  not noticed, by line of ${tool}: ${named.join(", ")}${rest}`]),
  ];
  const certificate =
    compared.certificate &&
    makeCertificate({ ...compared.certificate, strict: { mutationScore: share } });
  return { compared: { ...compared, certificate }, lines };
}

function isPrompt(what: string): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "use",
    what: "--strict",
    reason: `it puts faults into code, and ${what} is a prompt`,
    tries: ["name a tool: FILE.ts#TOOL"],
  });
}

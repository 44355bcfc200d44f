import { mapOf } from "../yaml/map-reader.ts";
import { numberFrom, wholeNumber } from "../yaml/number-reader.ts";
import { parseYamlTree } from "../yaml/parse-yaml-tree.ts";
import { type Field, fieldError } from "../yaml/reader.ts";
import { rootMap } from "../yaml/root-map.ts";
import { filledText, oneOf, textReader } from "../yaml/scalar-reader.ts";
import type { YamlSource } from "../yaml/yaml-source.ts";
import type { Certificate } from "./certificate.ts";

const FORMAT = 1;

const REMAKE = "make it anew with llm-do compare";

const sha256 = textReader("SHA-256 in hexadecimal", (value) => /^[0-9a-f]{64}$/.test(value));
const count = wholeNumber({ least: 0 });
const share = numberFrom(0, 1);

/** What has to be there, each with the same advice. */
function needed<Name extends string>(...names: readonly Name[]): Record<Name, string> {
  return Object.fromEntries(names.map((name) => [name, REMAKE])) as Record<Name, string>; // just made
}

const CERTIFICATE = mapOf(
  {
    certificate: wholeNumber(),
    worker: mapOf(
      { name: filledText, file: filledText },
      { expects: "a worker's name and file", needed: needed("name", "file") },
    ),
    tool: filledText,
    domain: filledText,
    hashes: mapOf(
      {
        prompt: sha256,
        model: sha256,
        tool: sha256,
        comparator: sha256,
        domain: sha256,
        recordings: sha256,
      },
      {
        expects: "a map of hashes",
        needed: needed("prompt", "model", "tool", "comparator", "recordings"),
      },
    ),
    agreement: mapOf(
      {
        n: count,
        agreed: count,
        lower: share,
        upper: share,
        claim: share,
        verdict: oneOf(["supported", "refuted", "inconclusive"] as const),
        needed: count,
      },
      { needed: needed("n", "agreed", "lower", "upper", "claim", "verdict") },
    ),
    alpha: share,
    looks: count,
    noise: mapOf(
      { n: count, promptAgreed: count, rerunOnly: count, toolOnly: count },
      { needed: needed("n", "promptAgreed", "rerunOnly", "toolOnly") },
    ),
    madeAt: filledText,
    exitCode: count,
    strict: mapOf({ mutationScore: share }, { needed: needed("mutationScore") }),
  },
  {
    needed: needed(
      "certificate",
      "worker",
      "tool",
      "hashes",
      "agreement",
      "alpha",
      "looks",
      "madeAt",
      "exitCode",
    ),
  },
);

/**
 * Reads the text of a `certificate.json`.
 *
 * @param file the path that errors name
 * @throws LlmDoError `file` with line and column where it is no certificate, or of another format
 */
export function parseCertificate(text: string, file: string): Certificate {
  const source: YamlSource = { file, code: "file", verb: "read", noun: "the certificate" };
  const tree = rootMap(parseYamlTree(text, source), source, `"certificate": ${FORMAT}`);
  const field: Field = { source, path: [], tree };
  const { certificate, ...rest } = CERTIFICATE.read(field);
  if (certificate === FORMAT) return { ...rest, certificate };
  throw fieldError(field, `has format ${certificate}, and this version of llm-do reads ${FORMAT}`, [
    REMAKE,
  ]);
}

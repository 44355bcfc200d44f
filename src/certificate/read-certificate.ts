import { relative } from "node:path";
import { LlmDoError } from "../errors/llm-do-error.ts";
import type { Place } from "../errors/place.ts";
import { mapOf, required, rootMap } from "../format/map.ts";
import { type Field, fieldError } from "../format/reader.ts";
import {
  anyNumber,
  filledText,
  flag,
  numberFrom,
  oneOf,
  textLike,
  wholeNumber,
} from "../format/scalars.ts";
import type { Host } from "../host/host.ts";
import { parseYamlTree } from "../yaml/parse-yaml-tree.ts";
import type { MapTree, Tree } from "../yaml/tree.ts";
import type { YamlSource } from "../yaml/yaml-source.ts";
import type { Certificate } from "./certificate.ts";
import { remake } from "./check-ledger.ts";
import { CERTIFICATE_KINDS } from "./ledger-events.ts";
import { wrongFigures } from "./wrong-figures.ts";

const FORMAT = 2;

const REMAKE = "make it anew: llm-do compare WORKER TOOL";

const sha256 = textLike("SHA-256 in hexadecimal", /^[0-9a-f]{64}$/);
const count = wholeNumber({ least: 0 });
const share = numberFrom(0, 1);

/** All keys of a map have to be there. */
const text = required(filledText, REMAKE);
const digest = required(sha256, REMAKE);
const counts = required(count, REMAKE);
const bound = required(share, REMAKE);

const AGREEMENT = mapOf({
  n: counts,
  agreed: counts,
  lower: bound,
  upper: bound,
  verdict: oneOf(["supported"]),
  unit: required(oneOf(["input", "template"]), REMAKE),
  templates: mapOf({
    n: counts,
    agreed: counts,
    lower: bound,
    effective: required(anyNumber, REMAKE),
  }),
});

const CERTIFICATE = mapOf({
  certificate: counts,
  kind: required(oneOf(CERTIFICATE_KINDS), REMAKE),
  claim: share,
  margin: share,
  paired: mapOf({
    n: counts,
    better: counts,
    worse: counts,
    loss: required(anyNumber, REMAKE),
  }),
  worker: required(
    mapOf({ name: text, file: text }, { expects: "a worker's name and file" }),
    REMAKE,
  ),
  candidate: required(oneOf(["tool", "worker"]), REMAKE),
  tool: text,
  domain: filledText,
  version: counts,
  alpha: bound,
  inputs: counts,
  agreement: required(AGREEMENT, REMAKE),
  fallback: required(mapOf({ n: counts, fellBack: counts, lower: bound, upper: bound }), REMAKE),
  single: required(mapOf({ n: counts, disagreed: counts, upper: bound }), REMAKE),
  sources: required(
    mapOf({ traffic: counts, shadow: counts, check: counts, imported: counts, scripted: counts }),
    REMAKE,
  ),
  reference: counts,
  since: filledText,
  fresh: flag,
  hashes: required(
    mapOf(
      {
        prompt: digest,
        model: digest,
        tool: digest,
        answers: digest,
        comparator: digest,
        domain: sha256,
        ledger: digest,
      },
      { expects: "a map of hashes" },
    ),
    REMAKE,
  ),
  madeAt: text,
  strict: mapOf({ mutationScore: bound }),
  checksum: digest,
});

/**
 * Reads the text of a `certificate.json` and computes its figures again.
 *
 * @param file the path that errors name
 * @throws LlmDoError `file` with line and column where it is no certificate, of another format, or
 * says what its own counts contradict
 */
export function parseCertificate(text: string, file: string): Certificate {
  const source: YamlSource = { file, code: "file", verb: "read", noun: "the certificate" };
  const tree = rootMap(parseYamlTree(text, source), source, `"certificate": ${FORMAT}`);
  const field: Field = { source, path: [], tree };
  refuseOtherFormat(field, tree);
  const read = ofItsKind(CERTIFICATE.read(field), field);
  refuseWrong(read, file, tree);
  return read;
}

/** @throws LlmDoError for another format, before any of its fields is looked at */
function refuseOtherFormat(field: Field, tree: MapTree): void {
  const format = scalarIn(tree, "certificate");
  if (format === FORMAT || format === undefined) return;
  const worker = tree.entries.get("worker")?.value;
  const file = worker?.kind === "map" ? scalarIn(worker, "file") : undefined;
  const again = `make it anew: llm-do compare ${file ?? "WORKER"} ${scalarIn(tree, "tool") ?? "TOOL"}`;
  throw fieldError(
    field,
    format === 1
      ? "was made by the first method, which certified too much"
      : `has format ${format}, and this version of llm-do reads ${FORMAT}`,
    [again],
  );
}

function scalarIn(tree: MapTree, name: string) {
  const value = tree.entries.get(name)?.value;
  return value?.kind === "scalar" ? (value.value ?? undefined) : undefined;
}

/** A certificate of either kind, with all that belongs to it. */
function ofItsKind(said: ReturnType<typeof CERTIFICATE.read>, field: Field): Certificate {
  const { kind, claim, margin, paired, certificate: _format, ...base } = said;
  if (kind === "agreement") {
    if (claim === undefined) throw fieldError(field, "has no claim", [REMAKE]);
    refuseKey(field, margin === undefined ? undefined : "margin");
    refuseKey(field, paired === undefined ? undefined : "paired");
    return { ...base, certificate: FORMAT, kind, claim };
  }
  if (margin === undefined) throw fieldError(field, "has no margin", [REMAKE]);
  if (paired === undefined) throw fieldError(field, "has no paired", [REMAKE]);
  refuseKey(field, claim === undefined ? undefined : "claim");
  return { ...base, certificate: FORMAT, kind, margin, paired };
}

function refuseKey(field: Field, name: string | undefined): void {
  if (name !== undefined) throw fieldError(field, `has a ${name} that its kind does not have`);
}

/**
 * Reads a certificate from a file. The ledger beside it is for `checkLedger`.
 *
 * @param path absolute
 * @param compared the worker and the tool, as the command that makes one takes them
 * @throws LlmDoError `file` when it is not there, is none, or has been edited
 */
export function readCertificate(
  path: string,
  { files, cwd }: Pick<Host, "files" | "cwd">,
  compared = "WORKER TOOL",
): Certificate {
  const file = relative(cwd, path);
  if (files.stat(path)?.kind !== "file") throw noCertificate(file, compared);
  return parseCertificate(files.readText(path), file);
}

function refuseWrong(certificate: Certificate, file: string, tree: MapTree): void {
  const [first, ...others] = wrongFigures(certificate);
  if (!first) return;
  throw new LlmDoError({
    code: "file",
    verb: "read",
    what: file,
    reason: `its figures do not add up: ${first.field} says ${first.says}, and should say ${first.should}`,
    place: fieldPlace(tree, first.field),
    details: others.map(
      ({ field, says, should }) => `  ${field} says ${says}, and should say ${should}`,
    ),
    tries: ["restore it from version control", remake(certificate)],
  });
}

/** Where a field stands, or else the map that it should be in. */
function fieldPlace(tree: MapTree, name: string): Place {
  let at: Tree = tree;
  for (const key of name.split(".")) {
    const next: Tree | undefined = at.kind === "map" ? at.entries.get(key)?.value : undefined;
    if (!next) break;
    at = next;
  }
  return at.place;
}

function noCertificate(what: string, compared: string): LlmDoError {
  return new LlmDoError({
    code: "file",
    verb: "read",
    what,
    reason: "there is no such certificate, and only a certificate lets code answer",
    tries: [`make one: llm-do compare ${compared}`, "or name it with --certificate"],
  });
}

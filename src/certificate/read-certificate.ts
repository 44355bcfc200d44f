import { dirname, join, relative } from "node:path";
import { LlmDoError } from "../errors/llm-do-error.ts";
import type { Place } from "../errors/place.ts";
import type { Host } from "../host/host.ts";
import { mapOf } from "../yaml/map-reader.ts";
import { numberFrom, wholeNumber } from "../yaml/number-reader.ts";
import { parseYamlTree } from "../yaml/parse-yaml-tree.ts";
import { type Field, fieldError, rootMap } from "../yaml/reader.ts";
import { filledText, oneOf, textReader } from "../yaml/scalar-reader.ts";
import type { MapTree, Tree } from "../yaml/tree.ts";
import type { YamlSource } from "../yaml/yaml-source.ts";
import type { Certificate } from "./certificate.ts";
import { LEDGER_FILE, parseSplitLedger } from "./split-ledger.ts";
import { type WrongFigure, wrongByLedger, wrongFigures } from "./wrong-figures.ts";

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
    checksum: sha256,
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
      "checksum",
    ),
  },
);

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
  const { certificate, ...rest } = CERTIFICATE.read(field);
  if (certificate !== FORMAT) {
    throw fieldError(
      field,
      `has format ${certificate}, and this version of llm-do reads ${FORMAT}`,
      [REMAKE],
    );
  }
  const read: Certificate = { ...rest, certificate };
  refuseWrong(wrongFigures(read), { file, place: (name) => fieldPlace(tree, name) });
  return read;
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

/**
 * Reads a certificate from a file and compares it with the ledger of looks beside it, where there is one.
 *
 * @param path absolute
 * @throws LlmDoError `file` when it is not there, is none, or has been edited
 */
export function readCertificate(
  path: string,
  { files, cwd }: Pick<Host, "files" | "cwd">,
): Certificate {
  const file = relative(cwd, path);
  if (files.stat(path)?.kind !== "file") throw noCertificate(file);
  const certificate = parseCertificate(files.readText(path), file);
  checkLooks(certificate, path, { files, cwd });
  return certificate;
}

/**
 * Compares a certificate with the ledger of looks beside it, where there is one.
 *
 * @param path of the certificate, absolute
 * @param subject what was looked at, where that is known
 * @throws LlmDoError `file` when the ledger has no such look, or is damaged
 */
export function checkLooks(
  certificate: Certificate,
  path: string,
  { files, cwd, subject }: Pick<Host, "files" | "cwd"> & { readonly subject?: string },
): void {
  const ledgerPath = join(dirname(path), LEDGER_FILE);
  if (files.stat(ledgerPath)?.kind !== "file") return;
  const ledger = parseSplitLedger(files.readText(ledgerPath), relative(cwd, ledgerPath));
  const file = relative(cwd, path);
  refuseWrong(wrongByLedger(certificate, ledger, subject), { file, place: () => ({ file }) });
}

function refuseWrong(
  wrong: readonly WrongFigure[],
  { file, place }: { readonly file: string; readonly place: (field: string) => Place },
): void {
  const [first] = wrong;
  if (!first) return;
  throw new LlmDoError({
    code: "file",
    verb: "read",
    what: file,
    reason: `its figures do not add up: ${first.field} says ${first.says}, and should say ${first.should}`,
    place: place(first.field),
    details: wrong
      .slice(1)
      .map(({ field, says, should }) => `  ${field} says ${says}, and should say ${should}`),
    tries: ["restore it from version control", REMAKE],
  });
}

function noCertificate(what: string): LlmDoError {
  return new LlmDoError({
    code: "file",
    verb: "read",
    what,
    reason: "there is no such certificate, and only a certificate lets code answer",
    tries: ["make one with llm-do compare", "or name it with --certificate"],
  });
}

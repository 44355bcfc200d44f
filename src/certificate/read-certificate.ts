import { dirname, join, relative } from "node:path";
import { LlmDoError } from "../errors/llm-do-error.ts";
import type { Place } from "../errors/place.ts";
import { mapOf, required, rootMap } from "../format/map.ts";
import { type Field, fieldError } from "../format/reader.ts";
import { filledText, numberFrom, oneOf, textLike, wholeNumber } from "../format/scalars.ts";
import type { Host } from "../host/host.ts";
import { parseYamlTree } from "../yaml/parse-yaml-tree.ts";
import type { MapTree, Tree } from "../yaml/tree.ts";
import type { YamlSource } from "../yaml/yaml-source.ts";
import type { Certificate } from "./certificate.ts";
import { LEDGER_FILE, parseSplitLedger } from "./split-ledger.ts";
import { type WrongFigure, wrongByLedger, wrongFigures } from "./wrong-figures.ts";

const FORMAT = 1;

const REMAKE = "make it anew with llm-do compare";

const sha256 = textLike("SHA-256 in hexadecimal", /^[0-9a-f]{64}$/);
const count = wholeNumber({ least: 0 });
const share = numberFrom(0, 1);

const CERTIFICATE = mapOf({
  certificate: required(wholeNumber(), REMAKE),
  worker: required(
    mapOf(
      { name: required(filledText, REMAKE), file: required(filledText, REMAKE) },
      { expects: "a worker's name and file" },
    ),
    REMAKE,
  ),
  tool: required(filledText, REMAKE),
  domain: filledText,
  hashes: required(
    mapOf(
      {
        prompt: required(sha256, REMAKE),
        model: required(sha256, REMAKE),
        tool: required(sha256, REMAKE),
        comparator: required(sha256, REMAKE),
        domain: sha256,
        recordings: required(sha256, REMAKE),
      },
      { expects: "a map of hashes" },
    ),
    REMAKE,
  ),
  agreement: required(
    mapOf({
      n: required(count, REMAKE),
      agreed: required(count, REMAKE),
      lower: required(share, REMAKE),
      upper: required(share, REMAKE),
      claim: required(share, REMAKE),
      verdict: required(oneOf(["supported", "refuted", "inconclusive"] as const), REMAKE),
      needed: count,
    }),
    REMAKE,
  ),
  alpha: required(share, REMAKE),
  looks: required(count, REMAKE),
  noise: mapOf({
    n: required(count, REMAKE),
    promptAgreed: required(count, REMAKE),
    rerunOnly: required(count, REMAKE),
    toolOnly: required(count, REMAKE),
  }),
  madeAt: required(filledText, REMAKE),
  exitCode: required(count, REMAKE),
  strict: mapOf({ mutationScore: required(share, REMAKE) }),
  checksum: required(sha256, REMAKE),
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

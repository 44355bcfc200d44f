import { constants } from "node:buffer";
import { basename, dirname, join, resolve } from "node:path";
import type { Preview, PreviewedFile } from "../../approval/approval-request.ts";
import { type Advice, LlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import { namedPaths } from "../../functions/named-paths.ts";
import { jsonSchemaOf } from "../../functions/schema.ts";
import { stepsBelow } from "../../host/steps-below.ts";
import { attachmentType } from "../../model/attachment-type.ts";
import { isJsonObject, type Json } from "../../model/json.ts";
import { mediaTypeOf } from "../../model/media-type.ts";
import { type Attachment, type BytesAttachment, bytesAttachment } from "../../model/message.ts";
import { base64Bytes } from "../../providers/attachments/attachment-limits.ts";
import type { AttachedFile } from "../../providers/attachments/attachment-refusal.ts";
import { shellQuote } from "../../words/shell-quote.ts";
import type { Call } from "../state/call.ts";
import { toJson } from "../state/output.ts";
import type { RunOptions, RunState } from "../state/run-state.ts";
import { modelOf } from "./worker-head.ts";

/** A list of texts under `attachments` is paths, and anything else there is data. */
export function splitAttachments(value: Json): { paths: readonly string[]; said: Json } {
  if (!isJsonObject(value)) return { paths: [], said: value };
  const { attachments, ...said } = value;
  const isPaths = Array.isArray(attachments) && attachments.every(isText);
  return isPaths ? { paths: attachments, said } : { paths: [], said: value };
}

function isText(value: Json): value is string {
  return typeof value === "string";
}

/** The paths that a call attaches; none where no worker is called. */
function pathsOf({ function: target }: Call, input: unknown): readonly string[] {
  if (target.kind !== "worker" || !isJsonObject(input)) return [];
  return Array.isArray(input["attachments"])
    ? splitAttachments(toJson(input, target.name)).paths
    : [];
}

/**
 * Refuses, before anybody is asked, files that a call may not attach or that by their names the
 * called worker's model cannot be sent. Looks at no file: what is in one, and whether it is there, is
 * nobody's business yet.
 *
 * @throws LlmDoError `call`, which a calling model is told
 */
export async function checkNames(run: RunState, call: Call, input: unknown): Promise<void> {
  const files = pathsOf(call, input).flatMap((path, index) => {
    const given = call.given?.[index];
    if (given) return [namedFile(path, given)];
    realPathOf(run, call, path);
    const mediaType = mediaTypeOf(path);
    return mediaType === undefined ? [] : [{ path, name: basename(path), mediaType }];
  });
  await checkRefusal(run, call, files);
}

/**
 * Reads the files that are attached to a call, and refuses what its model cannot be sent: before a
 * request is made, and before anything else is done for the call.
 *
 * @throws LlmDoError `call` for a file that may not be attached, cannot be read, is of no type that
 * models take, or is larger than the model's provider takes
 */
export async function readAttachments(
  run: RunState,
  call: Call,
  input: unknown,
): Promise<readonly Attachment[]> {
  const attached: Attachment[] = [];
  const paths = pathsOf(call, input);
  let base64Length = 0;
  const count = (path: string, bytes: number) => {
    base64Length += base64Bytes(bytes);
    if (base64Length > constants.MAX_STRING_LENGTH) throw cannotAttach(call, path, TOO_LARGE);
  };
  for (const [index, path] of paths.entries()) {
    const given = call.given?.[index];
    if (given?.kind === "attachment") count(path, given.bytes.length);
    if (given) {
      attached.push(given);
      continue;
    }
    const { absolute, bytes } = sizeOf(run, call, path);
    count(path, bytes);
    attached.push(await readFile(run, call, { path, absolute }));
  }
  const named = attached.map((file, index) => namedFile(paths[index] ?? "", file));
  await checkRefusal(run, call, named);
  return attached;
}

function namedFile(path: string, file: Attachment): NamedFile {
  const { mediaType } = file;
  if (file.kind === "attachment-url") return { path, name: file.url, mediaType, url: file.url };
  return { path, name: file.name, mediaType, bytes: file.bytes.length };
}

/** A request is one JSON text. */
const TOO_LARGE: Refused = {
  reason: `with it the attached files are larger than one request can be (${Math.floor((constants.MAX_STRING_LENGTH * 3) / 4 / 1024 ** 2)} MB)`,
  tries: ["attach a part of it"],
};

const NO_FILE = {
  directory: "it is a directory",
  other: "it is a device, not a file",
} as const;

/** Where a file is, with links resolved where the call is confined, and how large it is. */
function sizeOf(run: RunState, call: Call, path: string) {
  const { host, cwd } = run.options;
  const absolute = realPathOf(run, call, path);
  const stat = orRefuse(call, path, () => host.files.stat(absolute));
  if (stat?.kind === "file") return { absolute, bytes: stat.bytes };
  const reason = stat ? NO_FILE[stat.kind] : "there is no such file";
  throw cannotAttach(call, path, { reason, tries: [`paths are resolved against ${cwd}`] });
}

async function readFile(
  { options }: RunState,
  call: Call,
  { path, absolute }: { readonly path: string; readonly absolute: string },
): Promise<BytesAttachment> {
  const { files } = options.host;
  // What a call may attach was told by where it lies: another process may put a link there meanwhile.
  const bytes = orRefuse(call, path, () =>
    isAnywhere(call, path) ? files.readBytes(absolute) : files.readSettled(absolute),
  );
  const name = basename(path);
  const type = await attachmentType(name, bytes);
  if (type.kind === "refused") throw cannotAttach(call, path, type);
  return bytesAttachment(name, type.mediaType, bytes);
}

function orRefuse<Value>(call: Call, path: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    const tries = ["check that you may read it"];
    throw cannotAttach(call, path, { reason: `it cannot be read: ${messageOf(error)}`, tries });
  }
}

/**
 * The absolute path of a file that a call names.
 *
 * @throws LlmDoError `call` where the call may not attach what lies there
 */
function realPathOf({ options }: RunState, call: Call, path: string): string {
  const { host, cwd, attachmentsFrom = [] } = options;
  if (path.trim() === "") throw cannotAttach(call, JSON.stringify(path), NO_PATH);
  if (path.includes("\0")) throw cannotAttach(call, JSON.stringify(path), NUL_IN_PATH);
  const absolute = resolve(cwd, path);
  if (isAnywhere(call, path)) return absolute;
  const real = resolveLinks(host.files, absolute);
  const isAdmitted = [cwd, ...attachmentsFrom].some((folder) =>
    stepsBelow(resolveLinks(host.files, folder), real),
  );
  if (isAdmitted) return real;
  throw cannotAttach(call, path, outside(options, real));
}

/** Whether a call may attach a file wherever it lies. */
function isAnywhere(call: Call, path: string): boolean {
  return call.attachingFrom === "anywhere" || isAuthors(call, path);
}

/** Whether the worker's own schema names a file: then any caller may. Not one of a model's making. */
function isAuthors({ function: target }: Call, path: string): boolean {
  if (target.kind !== "worker" || target.configuredIn) return false;
  const { input, name } = target;
  return namedPaths(jsonSchemaOf(input, "input", name)).some(({ file }) => file === path);
}

/** Links resolved as far as a path exists. */
function resolveLinks(files: RunOptions["host"]["files"], path: string): string {
  try {
    return files.realPath(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(resolveLinks(files, above), basename(path));
  }
}

function outside({ attachmentsFrom = [] }: RunOptions, real: string): Refused {
  const others = attachmentsFrom.length === 0 ? "" : " and the other folders to attach from";
  const folder = dirname(real);
  return {
    reason: `it lies outside of the project's folder${others}`,
    tries: [
      {
        flags: `--attachments-from ${shellQuote(folder)}`,
        options: `attachmentsFrom: [${JSON.stringify(folder)}]`,
      },
    ],
  };
}

interface NamedFile extends AttachedFile {
  readonly path: string;
}

async function checkRefusal(run: RunState, call: Call, files: readonly NamedFile[]): Promise<void> {
  const { refusalOf } = run.options;
  const { function: worker } = call;
  if (worker.kind !== "worker" || !refusalOf || files.length === 0) return;
  const refusal = await refusalOf(modelOf(run, call, worker), files);
  if (!refusal) return;
  const path = files.find((file) => file === refusal.file)?.path ?? refusal.file.name;
  throw cannotAttach(call, path, refusal);
}

interface Refused {
  readonly reason: string;
  readonly tries: readonly (string | Advice)[];
}

const NO_PATH: Refused = { reason: "the path is empty", tries: ["name a file"] };

const NUL_IN_PATH: Refused = { reason: "no path holds the character NUL", tries: ["name a file"] };

function cannotAttach({ function: worker }: Call, path: string, { reason, tries }: Refused) {
  const why = `cannot attach ${path}: ${reason}`;
  return new LlmDoError({ code: "call", verb: "call", what: worker.name, reason: why, tries });
}

/** The files that a call would attach, as they are now; undefined where it attaches none. */
export function filesPreview(run: RunState, call: Call, input: unknown): Preview | undefined {
  const paths = pathsOf(call, input);
  if (paths.length === 0) return undefined;
  const files = paths.map((path, index): PreviewedFile => {
    const given = call.given?.[index];
    return given ? previewedFile(path, given) : fileNow(run, call, path);
  });
  return { kind: "files", files };
}

/** The files that were read for a call, in the order of its paths. */
export function attachedPreview(
  call: Call,
  input: unknown,
  attached: readonly Attachment[],
): Preview | undefined {
  const paths = pathsOf(call, input);
  if (paths.length === 0) return undefined;
  return { kind: "files", files: paths.map((path, index) => previewedFile(path, attached[index])) };
}

function previewedFile(path: string, file: Attachment | undefined): PreviewedFile {
  if (file?.kind !== "attachment") return { path, content: undefined };
  return { path, content: { bytes: file.bytes.length, sha256: file.sha256 } };
}

/** Reads a file to show what it holds; the call itself says why it cannot be read. */
function fileNow(run: RunState, call: Call, path: string): PreviewedFile {
  try {
    const bytes = run.options.host.files.readBytes(realPathOf(run, call, path));
    const { sha256 } = bytesAttachment(path, "", bytes);
    return { path, content: { bytes: bytes.length, sha256 } };
  } catch {
    return { path, content: undefined };
  }
}

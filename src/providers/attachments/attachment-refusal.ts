import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { Environment } from "../../host/host.ts";
import { ownField } from "../../model/json.ts";
import { type Attachment, bytesAttachment } from "../../model/message.ts";
import type { ModelRequest } from "../../model/request.ts";
import { PROVIDERS, type ProviderTable } from "../table/provider-table.ts";
import { type FoundProvider, findProvider } from "../table/resolve-provider.ts";
import { tryEncoding } from "../try-encoding.ts";
import { limitBreach, type SizedFile } from "./attachment-limits.ts";

/** A file that is to be attached, as far as it is known. */
export interface AttachedFile {
  /** File name without folders. */
  readonly name: string;
  readonly mediaType: string;
  /** Its size; undefined before it is read. */
  readonly bytes?: number;
  /** Where the provider fetches it itself: its address. */
  readonly url?: string;
}

/** Why a file is refused. */
export interface AttachmentRefusal {
  /** One of those that were asked about. */
  readonly file: AttachedFile;
  readonly reason: string;
  /** What a person can do. */
  readonly tries: readonly string[];
}

/**
 * Why the provider of a model cannot be sent the files of one call: a type that its wire does not
 * carry, or a size above what it documents. Undefined where it can be sent all of them, and for a
 * model whose provider nobody knows. Needs no key and no network.
 *
 * @param extra rows of the project; they win over built-in ones
 */
export async function attachmentRefusal(
  { model, files }: { readonly model: string; readonly files: readonly AttachedFile[] },
  env: Environment,
  extra?: ProviderTable,
): Promise<AttachmentRefusal | undefined> {
  const found = known(model, env, extra);
  if (!found) return undefined;
  for (const file of files) {
    const reason = await typeRefusal({ model, file }, env, extra);
    if (reason !== undefined) return { file, reason, tries: [file.url ? FETCH : CONVERT] };
  }
  // What stands behind an address of the project's own is not known, whatever its name.
  const builtIn = ownField(PROVIDERS, found.provider);
  if (found.row.baseUrl !== builtIn?.baseUrl) return undefined;
  return limitBreach(found.provider, files.filter(isSized));
}

const FETCH = "fetch it in your own code and attach { name, data }";
const CONVERT = "convert the file in a tool and pass its text";

function isSized(file: AttachedFile): file is SizedFile {
  return file.bytes !== undefined;
}

async function typeRefusal(
  { model, file }: { readonly model: string; readonly file: AttachedFile },
  env: Environment,
  extra?: ProviderTable,
): Promise<string | undefined> {
  try {
    const nothing = { system: "", tools: [], serverTools: [], settings: {} };
    await tryEncoding({ ...nothing, model, messages: attachingMessages(file) }, env, extra);
    return undefined;
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return error.reason;
  }
}

/** A conversation that attaches a file of that type; one byte long, since empty files are refused. */
export function attachingMessages({
  name,
  mediaType,
  url,
}: AttachedFile): ModelRequest["messages"] {
  const file: Attachment =
    url === undefined
      ? bytesAttachment(name, mediaType, Buffer.from("x"))
      : { kind: "attachment-url", mediaType, url };
  return [{ kind: "user", content: [file, { kind: "text", text: "Read it." }] }];
}

function known(model: string, env: Environment, extra?: ProviderTable): FoundProvider | undefined {
  try {
    return findProvider(model, env, extra);
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return undefined;
  }
}

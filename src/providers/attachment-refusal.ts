import { isLlmDoError } from "../errors/llm-do-error.ts";
import type { Environment } from "../host/host.ts";
import { bytesAttachment } from "../model/attachment.ts";
import type { ModelRequest } from "../model/request.ts";
import type { ProviderTable } from "./provider-table.ts";
import { findProvider } from "./resolve-provider.ts";
import { tryEncoding } from "./try-encoding.ts";

/** A file that is to be attached, before it is read. */
export interface AttachedFile {
  /** File name without folders. */
  readonly name: string;
  readonly mediaType: string;
}

/**
 * Why the provider of a model cannot be sent a file, by the type of the file alone; undefined where
 * it can, and for a model whose provider nobody knows. Needs no key and no network.
 *
 * @param extra rows of the project; they win over built-in ones
 */
export async function attachmentRefusal(
  { model, file }: { readonly model: string; readonly file: AttachedFile },
  env: Environment,
  extra?: ProviderTable,
): Promise<string | undefined> {
  if (!isKnown(model, env, extra)) return undefined;
  try {
    const nothing = { system: "", tools: [], serverTools: [], settings: {} };
    await tryEncoding({ ...nothing, model, messages: attachingMessages(file) }, env, extra);
    return undefined;
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return error.reason;
  }
}

/** A conversation that attaches an empty file of that type. */
export function attachingMessages({ name, mediaType }: AttachedFile): ModelRequest["messages"] {
  const file = bytesAttachment(name, mediaType, new Uint8Array());
  return [{ kind: "user", content: [file, { kind: "text", text: "Read it." }] }];
}

function isKnown(model: string, env: Environment, extra?: ProviderTable): boolean {
  try {
    findProvider(model, env, extra);
    return true;
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return false;
  }
}

import type { Preview, PreviewedFile } from "../approval/approval-request.ts";
import { type Attachment, bytesAttachment } from "../model/message.ts";
import { pathsOf, realPathOf } from "./attachments.ts";
import type { Call } from "./call.ts";
import type { RunState } from "./run-state.ts";

/** The files that a call would attach, as they are now; undefined where it attaches none. */
export function filesPreview(run: RunState, call: Call, input: unknown): Preview | undefined {
  const paths = pathsOf(call, input);
  if (paths.length === 0) return undefined;
  return { kind: "files", files: paths.map((path) => fileNow(run, call, path)) };
}

/** The files that were read for a call, in the order of its paths. */
export function attachedPreview(
  call: Call,
  input: unknown,
  attached: readonly Attachment[],
): Preview | undefined {
  const paths = pathsOf(call, input);
  if (paths.length === 0) return undefined;
  const files = paths.map((path, index): PreviewedFile => {
    const file = attached[index];
    if (file?.kind !== "attachment") return { path, content: undefined };
    return { path, content: { bytes: file.bytes.length, sha256: file.sha256 } };
  });
  return { kind: "files", files };
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

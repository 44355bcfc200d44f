import type { MissCause } from "../../errors/codes.ts";
import type { Json } from "../../model/json.ts";
import type { ModelRequest } from "../../model/request.ts";
import { encodeMessage } from "../file/encode-entry.ts";
import type { Difference } from "../read/first-difference.ts";

/** What two requests differ in first, in a person's words. */
interface ChangedSubject {
  /** As the beginning of a sentence: `its instructions`, `the description of the tool "ls"`. */
  readonly name: string;
  readonly cause: MissCause;
  /** How it changed, where the two values say it badly. */
  readonly how?: string | undefined;
  /** The whole sentence, where the thing did not just change. */
  readonly sentence?: string;
  /** What to show instead of the difference. */
  readonly shown?: Difference;
}

/** Names the thing that differs. */
export function changedSubject(
  difference: Difference,
  recorded: ModelRequest,
  asked: ModelRequest,
): ChangedSubject {
  switch (difference.path[0]) {
    case "model":
    case "settings":
      return { name: `its ${difference.path[0]}`, cause: difference.path[0] };
    case "system":
      return { name: "its instructions", cause: "instructions" };
    case "tools":
      return toolSubject(difference, recorded, asked);
    case "serverTools":
      return { name: "its server-side tools", cause: "server-tools" };
    case "outputSchema":
      return { name: "its output schema", cause: "output-schema" };
    default:
      return messageSubject(difference, recorded, asked);
  }
}

function toolSubject(
  { path }: Difference,
  recorded: ModelRequest,
  asked: ModelRequest,
): ChangedSubject {
  const index = Number(path[1]);
  const tool = recorded.tools[index];
  if (tool === undefined || asked.tools[index]?.name !== tool.name) {
    const how = toolListChange(recorded, asked);
    return { name: "its list of tools", cause: "tools", how };
  }
  const [part, cause] =
    path[2] === "description"
      ? (["description", "tool-description"] as const)
      : (["input schema", "tool-schema"] as const);
  return { name: `the ${part} of the tool "${tool.name}"`, cause };
}

/** Which tools came and went. */
function toolListChange(recorded: ModelRequest, asked: ModelRequest): string {
  const before = new Set(recorded.tools.map(({ name }) => name));
  const after = new Set(asked.tools.map(({ name }) => name));
  const added = [...after].filter((name) => !before.has(name));
  const removed = [...before].filter((name) => !after.has(name));
  const changes = [
    ...added.map((name) => `"${name}" was added`),
    ...removed.map((name) => `"${name}" was removed`),
  ];
  return changes.length > 0 ? changes.join(", ") : "in its order";
}

function messageSubject(
  difference: Difference,
  recorded: ModelRequest,
  asked: ModelRequest,
): ChangedSubject {
  const index = Number(difference.path[1]);
  const message = asked.messages[index];
  const { name, cause } = messageName(difference, asked, index);
  const otherLength = (sentence: string) => ({ name, sentence, cause: "conversation" }) as const;
  if (!message) return otherLength("the conversation ends where the recording goes on");
  const before = recorded.messages[index];
  if (!before) return otherLength("the conversation goes on where the recording ends");
  if (message.kind === "tool" && before.kind === "tool" && message.isError !== before.isError) {
    const tool = toolOfResult(asked, index);
    const sentence = message.isError ? `${tool} fails now and did not` : `${tool} no longer fails`;
    return {
      name,
      cause,
      sentence,
      shown: wholeMessages(index, encodeMessage(before), encodeMessage(message)),
    };
  }
  return { name, cause };
}

function wholeMessages(index: number, recorded: Json, asked: Json): Difference {
  return { path: ["messages", index], recorded, asked };
}

function messageName(
  difference: Difference,
  asked: ModelRequest,
  index: number,
): Pick<ChangedSubject, "name" | "cause"> {
  const message = asked.messages[index];
  if (message?.kind === "tool") {
    return { name: `the output of ${toolOfResult(asked, index)}`, cause: "earlier-output" };
  }
  if (message?.kind === "assistant") return { name: "an earlier answer", cause: "earlier-answer" };
  if (message && isAttachmentHash(difference)) {
    const part = message.content[Number(difference.path[3])];
    if (part?.kind === "attachment") {
      return { name: `the content of the attachment "${part.name}"`, cause: "attachment" };
    }
  }
  if (index === 0) return { name: "its input", cause: "input" };
  return { name: "a later message", cause: "conversation" };
}

/** The tool that a result is of, found by the call that it answers. */
function toolOfResult(request: ModelRequest, index: number): string {
  const message = request.messages[index];
  for (const earlier of request.messages.slice(0, index).toReversed()) {
    if (message?.kind !== "tool" || earlier.kind !== "assistant") continue;
    const call = earlier.parts.find((part) => part.kind === "tool-call" && part.id === message.id);
    if (call?.kind === "tool-call") return `the tool "${call.name}"`;
  }
  return "a tool";
}

/** Whether it is the hash of an attached file, which says nothing to a person. */
export function isAttachmentHash({ path }: Difference): boolean {
  return path[0] === "messages" && path.at(-2) === "attachment" && path.at(-1) === "sha256";
}

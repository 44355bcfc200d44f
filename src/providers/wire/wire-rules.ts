import { isJsonObject, type JsonObject } from "../../model/json.ts";
import type {
  AnswerPart,
  AssistantMessage,
  Attachment,
  ProviderExtra,
} from "../../model/message.ts";
import type { CallIdRule } from "./call-ids.ts";
import type { WireName } from "./provider-config.ts";
import type { SchemaRules } from "./schema/schema-rules.ts";

/**
 * What an API takes of a request, where APIs differ; what all of them refuse is known without rules.
 * `docs/wire/` says where each rule is from.
 */
export interface WireRules {
  readonly wire: WireName;
  readonly schemas: SchemaRules;
  readonly callIds: CallIdRule;
  /** Whether the reasoning of earlier answers goes back. */
  readonly takesReasoning: boolean;
  /** Whether the conversation must begin with a message of the user. */
  readonly userFirst: boolean;
  /** Whether neighbouring messages of one role are sent as one. */
  readonly joinsNeighbours: boolean;
  /** Whether thinking stands before what it led to: at the beginning, and never at the end. */
  readonly thinkingLeads: boolean;
  /** Whether an answer must stand between the results of tools and the user's next message. */
  readonly answerAfterResults: boolean;
  /** Whether a tool's result may hold a file; other files follow in a message of the user. */
  takesInResult(file: Attachment, isError: boolean): boolean;
  /**
   * What goes back of a part that only this wire understands; undefined where nothing does. Other
   * wires' parts do not come here: of those, text and calls go back.
   */
  ownPart(part: AnswerPart): AnswerPart | undefined;
  /**
   * Whether a part only goes along with what an answer says, as thinking does: an answer of nothing
   * else is refused.
   */
  goesAlong(part: AnswerPart): boolean;
  /**
   * What becomes of an answer that ends the conversation: it stays, or loses its trailing white
   * space, or the user is made to ask for more.
   */
  lastAnswer(message: AssistantMessage): "stays" | "is-trimmed" | "is-answered";
}

/** The extras of one wire: what only its providers understand. */
interface Extras {
  /** Fields of a block that only this wire understands. */
  extraOf(data: JsonObject): ProviderExtra;
  /** What this wire wrote with a part; undefined when another wire did, or nobody. */
  ownData(extra: ProviderExtra | undefined): JsonObject | undefined;
}

export function extrasOf(wire: WireName): Extras {
  return {
    extraOf: (data) => ({ wire, data }),
    ownData: (extra) => (extra?.wire === wire && isJsonObject(extra.data) ? extra.data : undefined),
  };
}

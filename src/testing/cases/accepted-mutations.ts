import { listOf } from "../../yaml/list-reader.ts";
import { mapOf } from "../../yaml/map-reader.ts";
import { type Field, fieldError } from "../../yaml/reader.ts";
import { textReader, writtenText } from "../../yaml/scalar-reader.ts";

/** A mutation that survives, and why that is no gap of the case. */
export interface AcceptedMutation {
  /** As `llm-do test --mutate` prints it. */
  readonly id: string;
  readonly reason: string;
}

/** An id may look like a number. */
const id = {
  expects: "the id of a mutation",
  read: (field: Field): string => writtenText.read(field).trim(),
};

const ACCEPTED = mapOf(
  { id, reason: textReader("a reason", (value) => value.trim() !== "") },
  {
    needed: {
      id: "write the id that llm-do test --mutate prints",
      reason: "say why nothing follows from it: reason: the wording does not matter here",
    },
  },
);

const list = listOf(ACCEPTED, { expects: "a list of accepted mutations", least: 1 });

/** What a case says of its mutations. */
export const MUTATIONS = mapOf({
  accept: { expects: list.expects, read: readAccepted },
});

function readAccepted(field: Field): readonly AcceptedMutation[] {
  const accepted = list.read(field);
  const ids = accepted.map((one) => one.id);
  const twice = ids.find((one, index) => ids.indexOf(one) !== index);
  if (twice !== undefined) throw fieldError(field, `holds ${twice} twice`, ["keep one of the two"]);
  return accepted;
}

import type { Json } from "../model/json.ts";
import type { Reader } from "./reader.ts";
import { treeToJson } from "./tree.ts";

/** Any value at all, as JSON. */
export const anyJson: Reader<Json> = {
  expects: "any value",
  read: ({ tree }) => treeToJson(tree),
};

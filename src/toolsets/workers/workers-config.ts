import { about, byKind, converted, listOf, named, recordOf } from "../../format/combine.ts";
import { defaulted, mapOf } from "../../format/map.ts";
import type { Format } from "../../format/reader.ts";
import { anyJson, filledText, text, textLike } from "../../format/scalars.ts";
import { toolsets } from "../../worker/toolset-reference.ts";

/**
 * What is offered, as far as it can be known without the other toolsets. In the schema of front
 * matter the name stands for its own `toolsets`.
 */
const anyToolsets: Format<unknown> = named("toolsets", () =>
  byKind<unknown>(toolsets.expects, {
    list: listOf(text, { expects: "a list of names" }),
    map: recordOf(recordOf(anyJson, { expects: "a map of configuration" }), toolsets),
  }),
);

/** What a worker's file says below `workers`. What it offers is linked before this is read. */
export const WORKERS = mapOf({
  folder: defaulted(
    about(
      "where made workers stand, relative to the project",
      textLike("the path of a folder below the project's", /^(?!~)[^\0]*$/),
    ),
    "made_workers",
  ),
  toolsets: about(
    "what made workers may name in their own `toolsets`, as it is configured and approved of here; absent: nothing",
    converted(anyToolsets, (_value, field) => toolsets.read(field), toolsets.expects),
  ),
  models: about(
    "what a model that a made worker names must fit, as in `compatible_models`; absent: it names none and inherits it",
    listOf(filledText, { expects: "a list of model patterns", least: 1 }),
  ),
});

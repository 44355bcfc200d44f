import { about } from "../../format/combine.ts";
import { defaulted, mapOf } from "../../format/map.ts";
import { flag, textLike } from "../../format/scalars.ts";

/** What a worker's file says below `filesystem`. */
export const FILESYSTEM = mapOf({
  base_path: about(
    "the only folder that can be reached; relative to the project, `~` is the home",
    textLike("the path of a folder", /^[^\0]+$/),
  ),
  read_approval: defaulted(
    about("whether a person is asked before a file is read or a folder listed", flag),
    false,
  ),
  write_approval: defaulted(
    about("whether a person is asked before a file is written", flag),
    true,
  ),
});

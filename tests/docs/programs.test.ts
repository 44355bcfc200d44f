import { describePrograms } from "../support/page-programs.ts";

describePrograms("docs/programs.md");
describePrograms("docs/server.md");

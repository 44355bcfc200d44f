import { describePrograms, PROGRAM_PAGES, TYPED_PAGE } from "../support/page-programs.ts";

describePrograms(PROGRAM_PAGES);
describePrograms([TYPED_PAGE]);

import type { TestModule } from "vitest/node";
import type { Host } from "../../host/host.ts";
import { collectReport } from "./collect-report.ts";
import { reportPage } from "./report-page.ts";

/**
 * Writes the report of a run: one page that needs nothing else.
 *
 * @param path absolute
 */
export function writeReport(modules: readonly TestModule[], path: string, host: Host): void {
  host.files.write(path, reportPage(collectReport(modules, host)));
}

// Preloaded with --import: writes what the process took, as JSON, to the fourth stream.
import { writeSync } from "node:fs";

process.on("exit", () => {
  const { maxRSS: peakKib, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeSync(3, JSON.stringify({ peakKib, cpuMs: (userCPUTime + systemCPUTime) / 1000 }));
});

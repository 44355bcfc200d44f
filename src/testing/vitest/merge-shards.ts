import type { RunnerTask } from "vitest";
import type { Reporter, Vitest } from "vitest/node";

/**
 * Lets `--merge-reports` keep all parts of a file whose cases were divided by `--shard`. The runner
 * takes files of equal ids for the same and keeps the last one, with its failures or without.
 */
export class ShardMerger implements Reporter {
  onInit({ state }: Vitest): void {
    const known = new Set<string>();
    for (const file of state.blobs?.files ?? []) {
      let part = 1;
      const { id } = file;
      while (known.has(partId(id, part))) part += 1;
      renameTask(file, id, partId(id, part));
      known.add(file.id);
    }
  }
}

function partId(id: string, part: number): string {
  return part === 1 ? id : `${id}-part${part}`;
}

/** Tasks of a file have ids that begin with that of the file. */
function renameTask(task: RunnerTask, from: string, to: string): void {
  if (from === to) return;
  task.id = task.id.replace(from, to);
  for (const log of task.logs ?? []) log.taskId = task.id;
  if ("tasks" in task) for (const child of task.tasks) renameTask(child, from, to);
}

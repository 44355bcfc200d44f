import type { Host } from "../../host/host.ts";
import type { Project } from "../../project/project.ts";
import type { Watch } from "../../runtime/state/watch.ts";

/**
 * What looks after the functions of a project that code answers for; undefined where there are none.
 * It is loaded where there are any.
 */
export async function watchOf({ space, folder }: Project, host: Host): Promise<Watch | undefined> {
  const isSwapped = [...space.values()].some(
    (target) => target.kind === "worker" && target.alternative !== undefined,
  );
  if (!isSwapped) return undefined;
  const { CodeWatch } = await import("./code-watch.ts");
  return new CodeWatch(folder, host);
}

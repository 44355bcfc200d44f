/** What the runs of a test file read, beside the code that it imports; absolute paths. */
export interface OpenedFiles {
  readonly files: readonly string[];
  readonly cassettes: readonly string[];
}

/** What vitest keeps of the test that runs in this process, as far as it is used here. */
interface TestWorker {
  readonly config?: { readonly watch?: boolean };
  readonly current?: { readonly file?: { readonly meta: { llmDoOpened?: OpenedFiles } } };
}

/**
 * Tells a test runner that watches which files a run of the current test reads, so that it runs the
 * test again when one of them changes. Elsewhere it does nothing.
 */
export function tellOpened({ files, cassettes }: OpenedFiles): void {
  const { __vitest_worker__: worker } = globalThis as { __vitest_worker__?: TestWorker };
  const meta = worker?.config?.watch ? worker.current?.file?.meta : undefined;
  if (!meta) return;
  const { llmDoOpened: before } = meta;
  meta.llmDoOpened = {
    files: [...new Set([...(before?.files ?? []), ...files])],
    cassettes: [...new Set([...(before?.cassettes ?? []), ...cassettes])],
  };
}

/**
 * A module that is loaded when it is first needed. Node resolves an `import()` anew each time,
 * which a program that runs thousands of times would pay for as often.
 */
export function lazily<Module>(load: () => Promise<Module>): () => Promise<Module> {
  let loaded: Promise<Module> | undefined;
  return () => {
    loaded ??= load();
    return loaded;
  };
}

/**
 * The child's side of a {@link SubjectProcess}: answers each question of the parent with what it
 * measured. Questions come one at a time.
 */
export function serve<Question>(measure: (question: Question) => Promise<unknown>): void {
  process.on("message", (question: Question) => {
    measure(question).then(
      (value) => process.send?.({ value }),
      (error: unknown) => process.send?.({ error: textOf(error) }),
    );
  });
  process.on("disconnect", () => process.exit());
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

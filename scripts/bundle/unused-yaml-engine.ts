/**
 * Stands in for js-yaml in the bundle. gray-matter loads it as its default engine, which llm-do
 * replaces by its own reader: leaving it out, and the JavaScript parser that it brings, makes every
 * start shorter, and there is one thing less that could evaluate what a file says.
 */
function unused(): never {
  throw new TypeError("gray-matter's own YAML engine is not used");
}

export { unused as safeDump, unused as safeLoad };

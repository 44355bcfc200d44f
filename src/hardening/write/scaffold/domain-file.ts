import { isPlainName, type Scaffold } from "./scaffold.ts";

/** The name under which a domain is exported. */
export function domainName(name: string): string {
  return isPlainName(name) ? `${name}_domain` : "domain_of_tool";
}

/** The text of `NAME.domain.ts`: the guard, the generator of tests, and what must hold of answers. */
export function domainFile({ worker: { name }, templatesFile }: Scaffold): string {
  const data = JSON.stringify(relativePath(templatesFile));
  return `import { domain, listedTemplates } from "llm-do";
import templates from ${data} with { type: "json" };
import { type Input, inputSchema, type Output } from ${JSON.stringify(`./${name}.ts`)};

const listed = listedTemplates<Input, Output>(templates, inputSchema);

/** The tool may answer for inputs with a template that is listed there. For others the prompt is asked. */
export const ${domainName(name)} = domain<Input, Output>({
  ...listed,
  // Add here what must hold of an answer.
  check: (input, output) => listed.check(input, output),
});
`;
}

function relativePath(path: string): string {
  return path.startsWith(".") ? path : `./${path}`;
}

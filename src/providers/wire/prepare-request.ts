import type { ModelRequest } from "../../model/request.ts";
import { inSchemaDialect } from "./schema-dialect.ts";
import type { SchemaRules } from "./schema-rules.ts";

/** What a wire, as one server speaks it, takes of a request. */
export interface WireRules {
  readonly schemas: SchemaRules;
}

/**
 * A request as a server takes it: what has to be said otherwise is. Recordings know the request as it
 * was made; this is the last step before it is encoded.
 */
export function prepareRequest(request: ModelRequest, rules: WireRules): ModelRequest {
  return inSchemaDialect(request, rules.schemas);
}

/** What cassettes need of `js-yaml`. Whoever requires the package itself takes its writer along. */
export { CORE_SCHEMA, load, YAMLException } from "js-yaml";

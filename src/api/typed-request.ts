import type {
  CallableWorker,
  FunctionInput,
  FunctionTypes,
  TextOr,
} from "../functions/function-types.ts";
import type { Worker } from "../functions/worker.ts";
import type { ProjectRunRequest, RunRequest } from "./run-request.ts";

/** A request with the entry that code may give in the place of a name. */
export type WithWorker<Request> = Request & { readonly worker?: Worker | undefined };

/** A request that runs a worker which code made: TypeScript checks its input. */
export type WorkerRequest<In, Out, Request = ProjectRunRequest> = Omit<
  Request,
  "entry" | "input"
> & {
  /**
   * The entry. It may use the functions of the project's files. Its name is `main` where it says none.
   */
  readonly worker: Worker & CallableWorker<In, Out>;
  readonly input: TextOr<NoInfer<In>>;
};

/** What `run` and `start` take with a worker: files are those that it uses. */
export type WorkerRunRequest<In, Out> = WorkerRequest<In, Out, Omit<RunRequest, "files">> & {
  /** Default: none, and the project's folder is the current one. */
  readonly files?: RunRequest["files"];
};

/** A request that names its entry. TypeScript checks the input of names that `Functions` has. */
export type EntryRequest<Name, Functions = FunctionTypes, Request = ProjectRunRequest> = Omit<
  Request,
  "entry" | "input"
> & { readonly entry: Name; readonly input: FunctionInput<Name, Functions> };

/** A request that names no entry; any request where the project's functions are not known by name. */
export type PlainRequest<Functions = FunctionTypes, Request = ProjectRunRequest> = Request & {
  readonly entry?: [keyof Functions] extends [never] ? string : never;
  readonly worker?: undefined;
};

/** Names of a project's functions: any text where they are not known. */
export type NameOf<Functions> = [keyof Functions] extends [never]
  ? string
  : keyof Functions & string;

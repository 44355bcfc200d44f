/** What a person says of a case that is to be made of a run. */
export interface AddRequest {
  /** `last`, the name of a run that is kept, or the path of a cassette. */
  readonly run: string;
  readonly name: string;
  /** The file of cases. Default: beside the file of the run's entry. */
  readonly to?: string | undefined;
  /** The folder that the case is to work in a copy of. */
  readonly workspace?: string | undefined;
  /** How the case answers effects, where not as usual. */
  readonly tools?: "recorded" | undefined;
}

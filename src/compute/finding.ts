/** What is wrong with a compute section, without the file that it stands in. */
export interface Finding {
  readonly key: string;
  readonly message: string;
}

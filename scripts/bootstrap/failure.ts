/** What stops the command, said to a person: exit code 1 when something is wrong out there, 2 when it was used wrongly. */
export class Failure extends Error {
  override readonly name = "Failure";

  constructor(
    message: string,
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message);
  }
}

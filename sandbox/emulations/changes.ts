/** Counts what may have changed how something answers, so that nothing need be looked up while nothing happens. */
export class Changes {
  private count = 0;

  mark(): void {
    this.count += 1;
  }

  seen(): number {
    return this.count;
  }
}

/** What tells people, and where it is told. */
export interface NewsAws {
  /**
   * Publishes to a topic of this region.
   *
   * @param subject what an e-mail shows first: 100 printable ASCII characters at most
   */
  publish(topicArn: string, subject: string, text: string): Promise<void>;
  /** The text of a secret of this region; undefined when there is no such secret. */
  secret(arn: string): Promise<string | undefined>;
}

/** A plan of the default standby with these changes, as `terraform show -json` prints it: what the guard reads of it. */
export const planJson = (changes: readonly unknown[]): unknown => ({
  format_version: "1.2",
  resource_changes: changes,
  configuration: {
    provider_config: {
      aws: {
        name: "aws",
        expressions: {
          region: { constant_value: "eu-central-1" },
          allowed_account_ids: { constant_value: ["111122223333"] },
        },
      },
    },
  },
});

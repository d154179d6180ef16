/** A plan of the default standby, or of a stack of another region, with these changes, as `terraform show -json` prints it: what the guard reads of it. */
export const planJson = (changes: readonly unknown[], region = "eu-central-1"): unknown => ({
  format_version: "1.2",
  resource_changes: changes,
  configuration: {
    provider_config: {
      aws: {
        name: "aws",
        expressions: {
          region: { constant_value: region },
          allowed_account_ids: { constant_value: ["111122223333"] },
        },
      },
    },
  },
});

import type { Database } from "../database/database.ts";

/** How the application finds its database; the password it reads from the secret, since RDS rotates it (T6). */
export function databaseEnvironment(region: string, database: Database): Readonly<Record<string, string>> {
  return {
    AWS_REGION: region,
    DATABASE_HOST: database.address,
    DATABASE_PORT: String(database.port),
    DATABASE_NAME: database.databaseName,
    DATABASE_SECRET_ARN: database.secretArn,
    // The server refuses plain text; the image brings RDS's certificate bundle, so that it also knows whom it talks to.
    DATABASE_SSLMODE: "verify-full",
  };
}

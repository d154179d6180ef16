import { AwsError } from "../../gateway/reply.ts";

export const notFound = (message: string): AwsError => new AwsError("ResourceNotFoundException", message);
export const invalidValue = (message: string): AwsError =>
  new AwsError("InvalidParameterValueException", message);
export const invalidRequest = (message: string): AwsError => new AwsError("InvalidRequestException", message);
export const alreadyExists = (message: string): AwsError => new AwsError("AlreadyExistsException", message);
export const accessDenied = (message: string): AwsError =>
  new AwsError("AccessDeniedException", message, 403);

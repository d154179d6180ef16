import type { PolicyStatement } from "../../encryption/key-policy.ts";

/** The least that Session Manager needs; nobody can reach an instance by SSH. */
export const OPEN_SESSIONS: PolicyStatement = {
  Sid: "OpenSessions",
  Effect: "Allow",
  Action: [
    "ssm:UpdateInstanceInformation",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
  ],
  Resource: "*",
};

/** Lets instances, and nobody else, assume a role. */
export const INSTANCES_ASSUME: PolicyStatement = {
  Sid: "InstancesAssume",
  Effect: "Allow",
  Principal: { Service: "ec2.amazonaws.com" },
  Action: "sts:AssumeRole",
};

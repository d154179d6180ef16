import { describe, expect, it } from "vitest";
import { accessIn } from "../support/access.ts";
import { configure, resourceAt, synthesizeTraffic, TRAFFIC } from "../support/environments.ts";
import { mutate } from "../support/mutate.ts";

const subject = synthesizeTraffic();
const access = accessIn(subject);

const ACCOUNT = "111122223333";
const STRANGER = "444455556666";
const BUCKET = access.arnOf("aws_s3_bucket.switch_bucket_bucket");
const OBJECT = `${BUCKET}/serve-from-standby`;
/** Inside the ranges that AWS publishes for Route 53's health checkers, and outside. */
const [CHECKER, OTHER] = ["54.228.16.20", "203.0.113.7"];

/** What SNS says to the key of a topic. */
const encryptionOf = (topic: string) => ({ "kms:EncryptionContext:aws:sns:topicArn": topic });

describe("the bucket of the switch", () => {
  it("shows the one object to a health checker, also one of the global range", async () => {
    expect(await access.anyoneMay(CHECKER, "s3:GetObject", OBJECT)).toBe(true);
    expect(await access.anyoneMay("15.177.63.255", "s3:GetObject", OBJECT)).toBe(true);
  });

  it("shows it to no other address", async () => {
    for (const address of [OTHER, "54.228.16.64", "54.228.15.255", "2a05:d018:fff:f800::1"]) {
      expect(await access.anyoneMay(address, "s3:GetObject", OBJECT), address).toBe(false);
    }
  });

  it.each([`${BUCKET}/other`, `${OBJECT}-2`, `${BUCKET}/Serve-From-Standby`])(
    "shows a health checker nothing else, such as %s",
    async (other) => {
      expect(await access.anyoneMay(CHECKER, "s3:GetObject", other)).toBe(false);
    },
  );

  it.each(["s3:PutObject", "s3:DeleteObject", "s3:GetObjectVersion", "s3:DeleteObjectVersion"])(
    "refuses a health checker %s",
    async (action) => {
      expect(await access.anyoneMay(CHECKER, action, OBJECT)).toBe(false);
    },
  );

  it("lists nothing, so that a missing object is a refusal", async () => {
    expect(await access.anyoneMay(CHECKER, "s3:ListBucket", BUCKET)).toBe(false);
    expect(await access.anyoneMay(CHECKER, "s3:PutBucketPolicy", BUCKET)).toBe(false);
  });

  it("refuses plain HTTP", async () => {
    const plain = { "aws:SecureTransport": "false" };
    expect(await access.anyoneMay(CHECKER, "s3:GetObject", OBJECT, plain)).toBe(false);
  });

  it("would be closed to everybody if its policy named the world instead of ranges (T40)", async () => {
    const address = "aws_s3_bucket_policy.switch_bucket_policy";
    const written = String(resourceAt(subject.template, address)["policy"]);
    const open = written.replace(/\$\{jsonencode\([^)]*\)\}/, '["0.0.0.0/0"]');
    expect(open).not.toBe(written);
    const world = accessIn(mutate(subject, address, { policy: open }));
    expect(await world.anyoneMay(CHECKER, "s3:GetObject", OBJECT)).toBe(false);
  });

  it("is nobody's in another account, whatever their own policies say", async () => {
    const stranger = `arn:aws:iam::${STRANGER}:role/stranger`;
    const anything = [{ Sid: "Anything", Effect: "Allow", Action: "s3:*", Resource: "*" }] as const;
    for (const action of ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]) {
      expect(await access.identityMay(stranger, anything, action, OBJECT), action).toBe(false);
    }
  });

  it("is closed in all four ways, and encrypted without a key of ours, which no checker may use (T40)", () => {
    const block = resourceAt(
      subject.template,
      "aws_s3_bucket_public_access_block.switch_bucket_public_access_block",
    );
    expect(block).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    const encryption = resourceAt(
      subject.template,
      "aws_s3_bucket_server_side_encryption_configuration.switch_bucket_encryption",
    );
    expect(JSON.stringify(encryption["rule"])).toMatch(/"sse_algorithm":"AES256"/);
    expect(JSON.stringify(encryption["rule"])).not.toContain("kms");
  });
});

describe("an operator", () => {
  const operator = `arn:aws:iam::${ACCOUNT}:role/on-call`;
  const permissions = [
    {
      Sid: "TurnSwitch",
      Effect: "Allow",
      Action: ["s3:PutObject", "s3:DeleteObject"],
      Resource: `${BUCKET}/*`,
    },
  ] as const;
  const may = (action: string, resource = OBJECT, context = {}) =>
    access.identityMay(operator, permissions, action, resource, context);

  it("puts and deletes the object", async () => {
    expect(await may("s3:PutObject")).toBe(true);
    expect(await may("s3:PutObject", OBJECT, { "s3:x-amz-server-side-encryption": "AES256" })).toBe(true);
    expect(await may("s3:DeleteObject")).toBe(true);
  });

  it("is told of a key that would move nothing, at once", async () => {
    expect(await may("s3:PutObject", `${BUCKET}/serve-from-stanby`)).toBe(false);
    expect(await may("s3:PutObject", `${OBJECT}.txt`)).toBe(false);
  });

  it("can't put an object that health checkers could not read", async () => {
    const kms = { "s3:x-amz-server-side-encryption": "aws:kms" };
    expect(await may("s3:PutObject", OBJECT, kms)).toBe(false);
    const own = { "s3:x-amz-server-side-encryption-customer-algorithm": "AES256" };
    expect(await may("s3:PutObject", OBJECT, own)).toBe(false);
  });
});

describe("a switch with operators", () => {
  const named = accessIn(
    synthesizeTraffic({ traffic: { operators: [`arn:aws:iam::${ACCOUNT}:role/people/on-call`] } }),
  );
  const TURNS = [
    "s3:PutObject",
    "s3:DeleteObject",
    // Without its delete marker the object is back.
    "s3:DeleteObjectVersion",
    "s3:ReplicateObject",
    "s3:ReplicateDelete",
    "s3:PutObjectAcl",
  ];
  const mayTurn = async (principal: string): Promise<readonly boolean[]> => {
    const answers = TURNS.map((action) => named.administratorMay(principal, action, OBJECT));
    return [...new Set(await Promise.all(answers))];
  };

  it.each(["role/people/on-call", "role/break-glass"])("is turned by %s", async (principal) => {
    expect(await mayTurn(`arn:aws:iam::${ACCOUNT}:${principal}`)).toEqual([true]);
  });

  it.each(["role/administrator", "role/on-call", "role/people/on-call-2", "user/on-call", "root"])(
    "is not turned by %s, whatever its own policies allow",
    async (principal) => {
      expect(await mayTurn(`arn:aws:iam::${ACCOUNT}:${principal}`)).toEqual([false]);
    },
  );

  it("is still read by health checkers, and by everyone who watches it", async () => {
    expect(await named.anyoneMay(CHECKER, "s3:GetObject", OBJECT)).toBe(true);
    const administrator = `arn:aws:iam::${ACCOUNT}:role/administrator`;
    expect(await named.administratorMay(administrator, "s3:GetObject", OBJECT)).toBe(true);
    expect(await named.administratorMay(administrator, "s3:ListBucket", BUCKET)).toBe(true);
  });

  it("leaves the bucket itself to whoever applies the stack", async () => {
    const deployer = `arn:aws:iam::${ACCOUNT}:role/deploy`;
    for (const action of ["s3:PutBucketPolicy", "s3:PutLifecycleConfiguration"]) {
      expect(await named.administratorMay(deployer, action, BUCKET), action).toBe(true);
    }
  });

  it("is turned by whoever may write to every bucket while nobody is named, and says so at each synthesis", async () => {
    const anyone = `arn:aws:iam::${ACCOUNT}:role/batch`;
    expect(await access.administratorMay(anyone, "s3:PutObject", OBJECT)).toBe(true);
    const warning =
      "environments/traffic.ts: operators: nobody is named, so that whatever may write to every bucket of the account can move the traffic; name the roles of those who fail over";
    expect(configure({ traffic: TRAFFIC }).warnings).toContain(warning);
    const operators = [`arn:aws:iam::${ACCOUNT}:role/on-call`];
    expect(configure({ traffic: { ...TRAFFIC, operators } }).warnings).not.toContain(warning);
  });
});

describe("the news of a turn", () => {
  const topic = access.arnOf("aws_sns_topic.alerts_topic_topic");
  const key = access.arnOf("aws_kms_key.alerts_key_key");
  const turned = { "aws:SourceAccount": ACCOUNT, "aws:SourceArn": BUCKET };
  const S3 = "s3.amazonaws.com";

  it("reaches an encrypted topic from this bucket, which says nothing of itself to the key", async () => {
    expect(await access.principalMay(S3, "sns:Publish", topic, turned)).toBe(true);
    expect(await access.principalMay(S3, "kms:GenerateDataKey", key, encryptionOf(topic))).toBe(true);
    expect(await access.principalMay(S3, "kms:Decrypt", key, encryptionOf(topic))).toBe(true);
  });

  it("comes from no other bucket, account or service", async () => {
    for (const [service, context] of [
      [S3, { ...turned, "aws:SourceArn": `${BUCKET}-2` }],
      [S3, { ...turned, "aws:SourceAccount": STRANGER }],
      [S3, { ...turned, "aws:SecureTransport": "false" }],
      ["cloudwatch.amazonaws.com", turned],
    ] as const) {
      expect(await access.principalMay(service, "sns:Publish", topic, context)).toBe(false);
    }
    expect(await access.principalMay("lambda.amazonaws.com", "kms:GenerateDataKey", key)).toBe(false);
    expect(await access.principalMay(S3, "kms:Encrypt", key)).toBe(false);
  });

  it("waits for the topic's policy, since S3 tries the topic at once", () => {
    expect(resourceAt(subject.template, "aws_s3_bucket_notification.switch_turned")["depends_on"]).toContain(
      "aws_sns_topic_policy.alerts_topic_policy",
    );
  });
});

describe("the alarms on health checks", () => {
  const ALARM = "aws_cloudwatch_metric_alarm.health_metrics_alarms_switch";
  const topic = access.arnOf("aws_sns_topic.health_metrics_alerts_topic_topic");
  const key = access.arnOf("aws_kms_key.health_metrics_alerts_key_key");
  const cloudWatch = "cloudwatch.amazonaws.com";

  it("are where the metrics are, and reach a topic there", async () => {
    const alarm = access.arnOf(ALARM);
    expect([alarm, topic, key].every((arn) => arn.includes(":us-east-1:"))).toBe(true);
    const source = { "aws:SourceAccount": ACCOUNT, "aws:SourceArn": alarm, ...encryptionOf(topic) };
    expect(await access.principalMay(cloudWatch, "sns:Publish", topic, source)).toBe(true);
    expect(await access.principalMay(cloudWatch, "kms:GenerateDataKey", key, source)).toBe(true);
    expect(await access.principalMay(cloudWatch, "kms:Decrypt", key, source)).toBe(true);
  });

  it("are the only ones to send there", async () => {
    const elsewhere = { "aws:SourceAccount": ACCOUNT, "aws:SourceArn": BUCKET };
    expect(await access.principalMay("s3.amazonaws.com", "sns:Publish", topic, elsewhere)).toBe(false);
    expect(await access.principalMay("s3.amazonaws.com", "kms:Decrypt", key, elsewhere)).toBe(false);
  });

  it("go to people of the pair unless the file names others", () => {
    const emails = (changes = {}) => {
      const { template } = synthesizeTraffic(changes);
      return Object.values(template.resource["aws_sns_topic_subscription"] ?? {}).map(
        (body) => body["for_each"],
      );
    };
    const [here, there] = emails();
    expect(here).toContain("oncall@example.com");
    expect(there).toBe(here);
    expect(emails({ traffic: { alarmEmails: ["dns@example.com"] } })[0]).not.toContain("oncall@example.com");
  });
});

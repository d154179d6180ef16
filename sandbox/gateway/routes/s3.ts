import { decodePath, type RouteMatch } from "./route.ts";

/** Subresources of a bucket, and the noun in the operation's name. */
const BUCKET: Readonly<Record<string, string>> = {
  accelerate: "BucketAccelerateConfiguration",
  acl: "BucketAcl",
  analytics: "BucketAnalyticsConfiguration",
  cors: "BucketCors",
  encryption: "BucketEncryption",
  "intelligent-tiering": "BucketIntelligentTieringConfiguration",
  inventory: "BucketInventoryConfiguration",
  lifecycle: "BucketLifecycleConfiguration",
  location: "BucketLocation",
  logging: "BucketLogging",
  metrics: "BucketMetricsConfiguration",
  notification: "BucketNotificationConfiguration",
  "object-lock": "ObjectLockConfiguration",
  ownershipControls: "BucketOwnershipControls",
  policy: "BucketPolicy",
  policyStatus: "BucketPolicyStatus",
  publicAccessBlock: "PublicAccessBlock",
  replication: "BucketReplication",
  requestPayment: "BucketRequestPayment",
  tagging: "BucketTagging",
  versioning: "BucketVersioning",
  website: "BucketWebsite",
};

const OBJECT: Readonly<Record<string, string>> = {
  acl: "ObjectAcl",
  attributes: "ObjectAttributes",
  "legal-hold": "ObjectLegalHold",
  retention: "ObjectRetention",
  tagging: "ObjectTagging",
  torrent: "ObjectTorrent",
};

const VERBS: Readonly<Record<string, string>> = { GET: "Get", PUT: "Put", DELETE: "Delete" };

/** Operations that are named by a query parameter; the first that is present decides. */
const BUCKET_QUERIES: readonly (readonly [method: string, parameter: string, action: string])[] = [
  ["DELETE", "lifecycle", "DeleteBucketLifecycle"],
  ["POST", "delete", "DeleteObjects"],
  ["GET", "versions", "ListObjectVersions"],
  ["GET", "uploads", "ListMultipartUploads"],
  ["GET", "list-type", "ListObjectsV2"],
];
const OBJECT_QUERIES: readonly (readonly [method: string, parameter: string, action: string])[] = [
  ["POST", "uploads", "CreateMultipartUpload"],
  ["POST", "uploadId", "CompleteMultipartUpload"],
  ["POST", "restore", "RestoreObject"],
  ["POST", "select", "SelectObjectContent"],
  ["PUT", "uploadId", "UploadPart"],
  ["GET", "uploadId", "ListParts"],
  ["DELETE", "uploadId", "AbortMultipartUpload"],
];

const BUCKET_PLAIN: Readonly<Record<string, string>> = {
  GET: "ListObjects",
  HEAD: "HeadBucket",
  PUT: "CreateBucket",
  DELETE: "DeleteBucket",
};
const OBJECT_PLAIN: Readonly<Record<string, string>> = {
  GET: "GetObject",
  HEAD: "HeadObject",
  PUT: "PutObject",
  DELETE: "DeleteObject",
};

/** Names the S3 operation of a path-style request. */
export function s3Route(
  method: string,
  path: string,
  query: URLSearchParams,
  isCopy: boolean,
): RouteMatch | undefined {
  const [, rawBucket = "", ...rawKey] = path.split("/");
  const key = decodePath(rawKey.join("/"));
  const bucket = decodePath(rawBucket);
  if (bucket === "") {
    return method === "GET" ? { action: "ListBuckets", parameters: {} } : undefined;
  }
  const [plain, subresources, queries, parameters] =
    key === ""
      ? ([BUCKET_PLAIN, BUCKET, BUCKET_QUERIES, { bucket }] as const)
      : ([OBJECT_PLAIN, OBJECT, OBJECT_QUERIES, { bucket, key }] as const);
  const action =
    queries.find(([verb, parameter]) => verb === method && query.has(parameter))?.[2] ??
    subresourceAction(method, query, subresources) ??
    plain[method];
  if (action === undefined) {
    return undefined;
  }
  return { action: isCopy ? (COPIES[action] ?? action) : action, parameters };
}

const COPIES: Readonly<Record<string, string>> = { PutObject: "CopyObject", UploadPart: "UploadPartCopy" };

function subresourceAction(
  method: string,
  query: URLSearchParams,
  subresources: Readonly<Record<string, string>>,
): string | undefined {
  const verb = VERBS[method];
  const name = [...query.keys()].find((parameter) => Object.hasOwn(subresources, parameter));
  const noun = name === undefined ? undefined : subresources[name];
  return verb === undefined || noun === undefined ? undefined : `${verb}${noun}`;
}

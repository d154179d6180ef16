import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** A certificate and its key, as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Names of the parts of a certificate (RFC 5280), in ASN.1's distinguished encoding. */
const OID = {
  ecdsaWithSha256: "06082a8648ce3d040302",
  commonName: "0603550403",
  basicConstraints: "0603551d13",
  alternativeNames: "0603551d11",
} as const;

/** An authority that lives as long as the sandbox, and certifies whatever the emulated ACM has issued. */
export class CertificateAuthority {
  /** What clients have to trust, as PEM. */
  readonly certificate: string;
  private readonly keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  private readonly issued = new Map<string, Certificate>();

  constructor() {
    const isAuthority = extension(OID.basicConstraints, sequence(boolean(true)), true);
    this.certificate = this.certify("Pilot Light sandbox", this.keys.publicKey, isAuthority);
  }

  /** A certificate for these names; the same for the same names. */
  issue(names: readonly string[]): Certificate {
    const id = names.join();
    const known = this.issued.get(id) ?? this.make(names);
    this.issued.set(id, known);
    return known;
  }

  private make(names: readonly string[]): Certificate {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const dnsNames = names.map((name) => tagged(0x82, Buffer.from(name)));
    return {
      cert: this.certify(names[0] ?? "", publicKey, extension(OID.alternativeNames, sequence(...dnsNames))),
      key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    };
  }

  private certify(subject: string, publicKey: KeyObject, more: Buffer): string {
    const algorithm = sequence(hex(OID.ecdsaWithSha256));
    const content = sequence(
      tagged(0xa0, tagged(0x02, Buffer.of(2))),
      tagged(0x02, Buffer.concat([Buffer.of(1), randomBytes(15)])),
      algorithm,
      nameOf("Pilot Light sandbox"),
      sequence(time("20000101000000Z"), time("99991231235959Z")),
      nameOf(subject),
      publicKey.export({ type: "spki", format: "der" }),
      tagged(0xa3, sequence(more)),
    );
    const signature = sign("sha256", content, this.keys.privateKey);
    const whole = sequence(content, algorithm, tagged(0x03, Buffer.concat([Buffer.of(0), signature])));
    const lines = whole.toString("base64").match(/.{1,64}/g) ?? [];
    return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
  }
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content]);
  const bytes = length > 0xff ? [0x82, length >> 8, length & 0xff] : [0x81, length];
  return Buffer.concat([Buffer.of(tag, ...bytes), content]);
}

const hex = (text: string): Buffer => Buffer.from(text, "hex");
const sequence = (...parts: readonly Buffer[]): Buffer => tagged(0x30, Buffer.concat(parts));
const boolean = (value: boolean): Buffer => tagged(0x01, Buffer.of(value ? 0xff : 0));
const time = (text: string): Buffer => tagged(0x18, Buffer.from(text));
const nameOf = (text: string): Buffer =>
  sequence(tagged(0x31, sequence(hex(OID.commonName), tagged(0x0c, Buffer.from(text)))));
const extension = (id: string, value: Buffer, critical = false): Buffer =>
  sequence(hex(id), ...(critical ? [boolean(true)] : []), tagged(0x04, value));

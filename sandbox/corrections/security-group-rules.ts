import type { Call } from "../gateway/call.ts";
import type { Emulation } from "../gateway/emulation.ts";
import { readForm } from "../gateway/input.ts";
import { escapeXml, readReply } from "../gateway/reply.ts";

const ADDS_RULES = /^AuthorizeSecurityGroup(Ingress|Egress)$/;
/** The members of a request that name a group or a prefix list, and the element of a rule that repeats it. */
const PEER = /^(IpPermissions\.\d+\.(?:Groups|PrefixListIds)\.\d+)\.(?:GroupId|PrefixListId)$/;
const CHANGED = /^(SecurityGroupRule\.\d+)\.SecurityGroupRuleId$/;

/**
 * moto keeps the description of a security group's rule with its address range, so that a rule for a group or a prefix
 * list has none, and every plan would want to set it.
 */
export function securityGroupRules(): Emulation[] {
  const descriptions = new Map<string, string>();

  const learn = (form: URLSearchParams, rules: readonly Rule[]) => {
    for (const [name, peer] of form) {
      const member = PEER.exec(name)?.[1];
      const description = member === undefined ? null : form.get(`${member}.Description`);
      const rule = rules.find((each) => each.peer === peer);
      if (description !== null && rule !== undefined) {
        descriptions.set(rule.id, description);
      }
    }
  };
  const relearn = (form: URLSearchParams) => {
    for (const [name, id] of form) {
      const member = CHANGED.exec(name)?.[1];
      const description = member === undefined ? null : form.get(`${member}.SecurityGroupRule.Description`);
      if (description !== null && descriptions.has(id)) {
        descriptions.set(id, description);
      }
    }
  };

  return [
    {
      service: "ec2",
      handles: ({ action }) => ADDS_RULES.test(action) || action === "DescribeSecurityGroupRules",
      async handle(call: Call, forward) {
        const { reply, text } = await readReply(await forward());
        if (reply.status !== 200) {
          return reply;
        }
        if (ADDS_RULES.test(call.action)) {
          learn(await readForm(call), rulesOf(text));
        }
        return { ...reply, body: withDescriptions(text, descriptions) };
      },
      async observe(call, { status }) {
        if (status === 200 && call.action === "ModifySecurityGroupRules") {
          relearn(await readForm(call));
        }
      },
    },
  ];
}

interface Rule {
  readonly id: string;
  /** The group or the prefix list that it is about. */
  readonly peer: string | undefined;
}

const START = "<securityGroupRuleId>";

/** Each rule's markup begins with its id; what comes before the first is returned first. */
const split = (xml: string): string[] => xml.split(new RegExp(`(?=${START})`));

const idOf = (markup: string): string | undefined => /^<securityGroupRuleId>([^<]*)</.exec(markup)?.[1];

const rulesOf = (xml: string): Rule[] =>
  split(xml).flatMap((markup) => {
    const id = idOf(markup);
    const peer = /<referencedGroupInfo>.*?<groupId>([^<]*)<|<prefixListId>([^<]*)</s.exec(markup);
    return id === undefined ? [] : [{ id, peer: peer?.[1] ?? peer?.[2] }];
  });

const withDescriptions = (xml: string, descriptions: ReadonlyMap<string, string>): string =>
  split(xml)
    .map((markup) => {
      const description = descriptions.get(idOf(markup) ?? "");
      return description === undefined
        ? markup
        : markup
            .replace(/<description>.*?<\/description>/s, "")
            .replace(
              "</securityGroupRuleId>",
              (end) => `${end}<description>${escapeXml(description)}</description>`,
            );
    })
    .join("");

/**
 * A step's way from one posture to another, and which resources may end on it.
 *
 * A plan is for one transition: what is right in one of them is a disaster in another.
 */
export type Transition =
  /** standby to restored, or to another recovery point. */
  | "restore"
  /** restored to active. */
  | "activate"
  /** active to hardened: a second zone, backups, and the end of the empty database. */
  | "harden"
  /** active to restored: the database stays. */
  | "close"
  /** restored to standby: an empty database takes the place of the one that is named. */
  | "deactivate"
  /** The primary's database, from a recovery point of the standby. */
  | "failback-restore"
  /** A copy of the standby comes up. */
  | "drill"
  /** And goes again. */
  | "drill-destroy";

/** What a transition may do beyond creating and changing what is regional. */
export interface Rules {
  /** What it does, after "while". */
  readonly doing: string;
  /** Types that come and go with it, and hold nothing. */
  readonly mayLose: readonly string[];
  /** What a database that it creates comes from. */
  readonly restores: "recovery point" | "empty" | "nothing";
  /** Lets the public reach the load balancer. */
  readonly opens: boolean;
  /** Takes deletion protection away, which a transition after it relies on. */
  readonly unprotects: boolean;
  /** The stack is a copy that lives for hours, in peace: all that it lists carries the copy's own tag. */
  readonly disposable: boolean;
}

/** A revision of a task definition is kept by AWS (`skip_destroy`); the other only names the final snapshot. */
const REVISIONS = ["aws_ecs_task_definition", "terraform_data"];

/** What a posture in which the service runs has, and the pilot light has not. */
const WHEN_RUNNING = [
  "aws_appautoscaling_policy",
  "aws_appautoscaling_target",
  "aws_autoscaling_policy",
  "aws_cloudwatch_dashboard",
  "aws_cloudwatch_metric_alarm",
  "aws_eks_addon",
];

/** What only a posture that serves has. One registry has one replication configuration, and it goes both ways (T4). */
const WHEN_SERVING = [
  "aws_backup_plan",
  "aws_backup_selection",
  "aws_cloudwatch_metric_alarm",
  "aws_ecr_replication_configuration",
  "aws_vpc_security_group_ingress_rule",
];

const CAREFUL: Rules = {
  doing: "",
  mayLose: REVISIONS,
  restores: "nothing",
  opens: false,
  unprotects: false,
  disposable: false,
};

const RULES: Readonly<Record<Transition, Rules>> = {
  restore: { ...CAREFUL, doing: "the database is restored", restores: "recovery point" },
  activate: { ...CAREFUL, doing: "the standby is opened", opens: true },
  harden: { ...CAREFUL, doing: "the standby that serves is hardened" },
  close: {
    ...CAREFUL,
    doing: "the standby is closed",
    mayLose: [...REVISIONS, ...WHEN_SERVING],
    unprotects: true,
  },
  deactivate: {
    ...CAREFUL,
    doing: "the standby goes back to pilot light",
    mayLose: [...REVISIONS, ...WHEN_SERVING, ...WHEN_RUNNING],
    restores: "empty",
    unprotects: true,
  },
  "failback-restore": {
    ...CAREFUL,
    doing: "the primary's database is restored",
    // Closed to the public, and backed up under its new name.
    mayLose: [...REVISIONS, "aws_backup_selection", "aws_vpc_security_group_ingress_rule"],
    restores: "recovery point",
    unprotects: true,
  },
  drill: { ...CAREFUL, doing: "the drill's copy comes up", restores: "recovery point", disposable: true },
  "drill-destroy": {
    ...CAREFUL,
    doing: "the drill's copy is removed",
    unprotects: true,
    disposable: true,
  },
};

/** What a transition may do. */
export const rulesOf = (transition: Transition): Rules => RULES[transition];

/** What a thing is for: it decides the colour. */
export type Kind = "place" | "traffic" | "compute" | "data" | "protection" | "oversight" | "outside";

/** A box with text, or with other boxes in it. */
export interface Box {
  readonly id: string;
  readonly kind: Kind;
  readonly title: string;
  /** Smaller lines below the title. */
  readonly details?: readonly string[];
  readonly leastWidth?: number;
  readonly children?: readonly Box[];
}

/** An arrow between two boxes. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly label?: string;
  /** Dashed: not now, but when something happens. */
  readonly dashed?: boolean;
  /** With a head at both ends. */
  readonly bothWays?: boolean;
}

/** A diagram before anything has a place. */
export interface Picture {
  readonly title: string;
  /** For those who can't see it. */
  readonly description: string;
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

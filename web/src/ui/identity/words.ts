// Identifiers, reasons, strengths and decisions as people read them.
import { useTranslation } from "react-i18next";

import type { IdentifierKind, IdentityDecision, IdentityMember, IdentityWhy, LinkStrength, SharedIdentifiers } from "../../api/types";

/** Those people are asked about, in the order of the rules. */
export const REASONS = ["weak", "shared", "common", "conflict", "too_large"] as const satisfies readonly IdentityWhy[];
export const KINDS = ["person", "contact", "deed", "device"] as const satisfies readonly IdentifierKind[];
export const SHARED = ["first", "last", "none"] as const satisfies readonly SharedIdentifiers[];

export type Reason = (typeof REASONS)[number];

export function isReason(text: string | undefined): text is Reason {
  return REASONS.some((reason) => reason === text);
}

export interface IdentityWords {
  why: (why: IdentityWhy) => string;
  kind: (kind: IdentifierKind) => string;
  strength: (strength: LinkStrength) => string;
  decision: (decision: IdentityDecision) => string;
  /** `phone 138…`; a profile only links name has no more than its number. */
  member: (member: IdentityMember) => string;
}

export function useIdentityWords(): IdentityWords {
  const { t } = useTranslation();
  return {
    why: (why) => t(`identity.why.${why}`),
    kind: (kind) => t(`identity.kind.${kind}`),
    strength: (strength) => t(`identity.strength.${strength}`),
    decision: (decision) => t(`identity.decision.${decision}`),
    member: (member) => (member.namespace != null && member.value != null ? `${member.namespace} ${member.value}` : t("identity.nameless", { id: member.profile ?? "" })),
  };
}

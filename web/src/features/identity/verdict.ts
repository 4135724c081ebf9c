// What can be decided about a link that is withheld, as the API takes it.
import type { IdentityDecision, IdentityMember, IdentityName, IdentityVerdict } from "../../api/types";

/** In the order of the keys that choose them. */
export const CHOICES = ["join", "keep_apart", "block"] as const satisfies readonly IdentityDecision[];
export type Choice = (typeof CHOICES)[number];

/** The key that chooses each. */
export const CHOICE_KEYS: Record<Choice, string> = { join: "1", keep_apart: "2", block: "3" };

/** `subject` is whose case it is; blocking is said of it alone. */
export function verdictOf(choice: Choice, subject: IdentityMember, other: IdentityMember): IdentityVerdict {
  return choice === "block" ? { decision: choice, a: nameOf(subject) } : { decision: choice, a: nameOf(subject), b: nameOf(other) };
}

export function nameOf({ profile }: IdentityMember): IdentityName {
  return { profile: profile ?? "" };
}

/** Where one is after a step through a list of `length`; stays at its ends. */
export function stepped(at: number, by: number, length: number): number {
  return Math.max(0, Math.min(length - 1, at + by));
}

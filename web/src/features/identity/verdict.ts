// What can be decided about a link that is withheld, as the API takes it.
import type { IdentityDecision, IdentityMember, IdentityName, IdentityVerdict } from "../../api/types";

/** In the order of the keys that choose them. */
export const CHOICES = ["join", "keep_apart", "block"] as const satisfies readonly IdentityDecision[];
export type Choice = (typeof CHOICES)[number];

/** The key that chooses each. */
export const CHOICE_KEYS: Record<Choice, string> = { join: "1", keep_apart: "2", block: "3" };

/** `subject` is whose case it is, `members` those of both customers. Blocking is said of the subject alone; that two are the
 * same, of the persons: to join a shared device with one of them would only take it from the other. */
export function verdictOf(choice: Choice, subject: IdentityMember, other: IdentityMember, members: readonly IdentityMember[]): IdentityVerdict {
  if (choice === "block") return { decision: choice, a: nameOf(subject) };
  const person = (of: IdentityMember) => (of.kind === "person" ? of : (members.find((each) => each.kind === "person" && each.customer === of.customer) ?? of));
  const [a, b] = choice === "join" ? [person(subject), person(other)] : [subject, other];
  return { decision: choice, a: nameOf(a), b: nameOf(b) };
}

export function nameOf({ profile }: IdentityMember): IdentityName {
  return { profile: profile ?? "" };
}

/** Where one is after a step through a list of `length`; stays at its ends. */
export function stepped(at: number, by: number, length: number): number {
  return Math.max(0, Math.min(length - 1, at + by));
}

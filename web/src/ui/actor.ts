// Who did something, as people read it: a person by the name that stands there, and in words what is no person.
import { useTranslation } from "react-i18next";

/** What the server writes where nobody was signed in, by the text that says it. */
const NOBODY = {
  local: "actor.local",
  terminal: "actor.terminal",
  "command line": "actor.terminal",
  samples: "actor.samples",
} as const;

/** Empty where nobody did. */
export function useActor(): (by: string | null | undefined) => string {
  const { t } = useTranslation();
  return (by) => (by == null ? "" : Object.hasOwn(NOBODY, by) ? t(NOBODY[by as keyof typeof NOBODY]) : by);
}

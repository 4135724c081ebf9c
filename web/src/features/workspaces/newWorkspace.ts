// What a new workspace can be: its id, and the currencies there are.

/** Small letters, digits and hyphens; it begins with a letter or a digit. */
export const ID = /^[a-z0-9][a-z0-9-]*$/;

/** ISO 4217 codes with their names in a language: `CNY 人民币`. */
export function currencies(language: string): { id: string; label: string }[] {
  const names = new Intl.DisplayNames(language, { type: "currency", fallback: "none" });
  return Intl.supportedValuesOf("currency").map((id) => ({ id, label: [id, names.of(id)].filter(Boolean).join(" ") }));
}

// Identifiers as text: what kind, and which.
export function identifiersText(identifiers: readonly { namespace: string; value: string }[]): string {
  return identifiers.map(({ namespace, value }) => `${namespace}: ${value}`).join(" · ");
}

// What a new workspace can be: its id, and the currencies there are, with that of the reader's region.

/** Small letters, digits and hyphens; it begins with a letter or a digit. */
export const ID = /^[a-z0-9][a-z0-9-]*$/;

/** ISO 4217 codes with their names in a language: `CNY 人民币`. */
export function currencies(language: string): { id: string; label: string }[] {
  const names = new Intl.DisplayNames(language, { type: "currency", fallback: "none" });
  return Intl.supportedValuesOf("currency").map((id) => ({ id, label: [id, names.of(id)].filter(Boolean).join(" ") }));
}

/** What is paid with in the regions most readers are of; elsewhere none is preset. */
const PAID_WITH: Record<string, readonly string[]> = {
  CNY: ["CN"],
  HKD: ["HK"],
  MOP: ["MO"],
  TWD: ["TW"],
  SGD: ["SG"],
  MYR: ["MY"],
  JPY: ["JP"],
  KRW: ["KR"],
  THB: ["TH"],
  VND: ["VN"],
  IDR: ["ID"],
  PHP: ["PH"],
  INR: ["IN"],
  AUD: ["AU"],
  NZD: ["NZ"],
  USD: ["US", "PR", "EC", "SV"],
  CAD: ["CA"],
  MXN: ["MX"],
  BRL: ["BR"],
  GBP: ["GB"],
  CHF: ["CH", "LI"],
  SEK: ["SE"],
  NOK: ["NO"],
  DKK: ["DK"],
  PLN: ["PL"],
  CZK: ["CZ"],
  AED: ["AE"],
  SAR: ["SA"],
  ZAR: ["ZA"],
  EUR: ["AT", "BE", "BG", "CY", "DE", "EE", "ES", "FI", "FR", "GR", "HR", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PT", "SI", "SK"],
};

/** The currency of the region a reader's language tag names, or is mostly read in; null of regions not listed. */
export function currencyOf(tag: string): string | null {
  const { region } = new Intl.Locale(tag).maximize();
  const found = Object.entries(PAID_WITH).find(([, regions]) => region !== undefined && regions.includes(region));
  return found?.[0] ?? null;
}

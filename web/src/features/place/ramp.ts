// The colours of a heat map, as the legend shows them now: they follow the theme, and paper.
import type { Colour } from "./cells";

/** From the weakest to the strongest; empty where the legend is not shown yet. */
export function rampOf(legend: HTMLElement | null): Colour[] {
  const shown = [...(legend?.children ?? [])].map((step) => getComputedStyle(step).backgroundColor);
  return shown.map((colour) => (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number) as unknown as Colour);
}

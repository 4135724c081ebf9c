// Addresses that people keep go on to mean what they meant. `permalinks.json` holds addresses as earlier commits wrote them, made
// by running their own code, with the whole view each stood for then: also what was left out because it was the default. A link
// is never taken out of it, and a meaning is never changed; an address of a new form is added with what it means.
import { describe, expect, it } from "vitest";

import { readAddress as readAnalysis } from "../features/analyses/view";
import type { Kind } from "../features/analyses/view";
import { readAddress as readMap } from "../features/journeys/view";
import { readAddress as readSite } from "../features/place/view";
import links from "./permalinks.json";
import { router } from "./router";

const READERS: Record<string, (of: string, view: string | undefined) => object> = {
  "/w/$workspace/journeys/$journey": readMap,
  "/w/$workspace/analyses/$analysis": (kind, view) => readAnalysis(kind as Kind, view),
  "/w/$workspace/sites/$site": readSite,
};

/** The page an address leads to, with what it takes from it. */
function opened(url: string): { page: string; params: Record<string, string>; search: Record<string, unknown> } {
  const { pathname, search } = new URL(url, "http://localhost");
  const parsed = router.options.parseSearch?.(search) ?? {};
  const [, last] = router.matchRoutes(pathname, parsed);
  return { page: last?.fullPath ?? "", params: last?.params as Record<string, string>, search: last?.search as Record<string, unknown> };
}

describe("addresses of earlier versions", () => {
  it.each(links.filter((link) => link.url.includes("view=")))("$writtenBy $url", ({ url, means }) => {
    const { page, params, search } = opened(url);
    const of = params["journey"] ?? params["analysis"] ?? params["site"] ?? "";
    expect(READERS[page]?.(of, search["view"] as string | undefined), page).toMatchObject(means);
  });

  it.each(links.filter((link) => !link.url.includes("view=")))("$writtenBy $url", ({ url, means }) => {
    const { page, params, search } = opened(url);
    expect({ page, ...params, ...search }).toEqual(means);
  });
});

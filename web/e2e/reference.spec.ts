// Figures in money say what they rest on, or what is missing.
import type { APIRequestContext } from "@playwright/test";
import { expect, test } from "@playwright/test";

import type { PainResponse } from "../src/api/types";
import { LANGUAGES, TEXTS, WORKSPACE, knownPains, open, painReady } from "./story";

const SIMULATED = "simulated";

async function simulatedPains(request: APIRequestContext): Promise<PainResponse["pains"]> {
  const data = { scope: { entry: {}, zone: "Asia/Shanghai" }, record: true };
  const answer = await request.post(`/v1/workspaces/${SIMULATED}/journeys/omni-purchase/pains`, { data, timeout: 120_000 });
  expect(answer.ok(), await answer.text()).toBe(true);
  return ((await answer.json()) as PainResponse).pains;
}

for (const language of LANGUAGES) {
  const t = TEXTS[language];

  test(`${language}: a pain's money, margin and running cost name their source`, async ({ page, request }) => {
    const pains = await simulatedPains(request);
    const pain = pains.find(({ running_cost }) => running_cost?.known === "channel");
    if (!pain) throw new Error("no pain of the simulated retailer is of one channel");
    await open(page, `/w/${SIMULATED}/pains/${pain.key}`, { language, theme: "light" });
    await painReady(page);
    const sizes = page.locator(".pain-sizes");
    await expect(sizes).toContainText(t["pain.moneyObservedIn"].replace("{{column}}", "amount"));
    await expect(sizes).toContainText(t["pain.marginLost"]);
    for (const table of ["catalogue", "channel_costs"] as const) {
      const source = t["reference.source"].replace("{{table}}", t[`reference.table.${table}`]).replace("{{source}}", "模拟数据 / simulated").replace("{{version}}", "1");
      await expect(sizes).toContainText(source.split("{{from}}")[0] ?? "-");
    }
  });

  test(`${language}: without reference tables it says which are missing`, async ({ page, request }) => {
    const [first] = await knownPains(request);
    if (!first) throw new Error("no pain was found in the sample");
    await open(page, `/w/${WORKSPACE}/pains/${first.pain.key}`, { language, theme: "light" });
    await painReady(page);
    const margin = first.pain.margin_lost;
    if (margin?.known !== "missing") throw new Error("the online shop has no catalogue");
    await expect(page.locator(".pain-sizes")).toContainText(t[`pain.marginMissing.${margin.why}`]);
  });
}

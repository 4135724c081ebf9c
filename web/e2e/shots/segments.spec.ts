// Pictures of segments, comparisons, the parts of a funnel and the process map, to be looked at.
import { join } from "node:path";

import { expect, test } from "@playwright/test";

import { LANGUAGES, THEMES, WORKSPACE, open } from "../story";

const FOLDER = process.env["SHOTS_DIR"] ?? "shots";
const RETAILER = "simulated";
const BUYS = [{ event: ["order_paid"] }];
const STEPS = ["add_to_cart", "cart", "shipping_details", "payment_details", "purchase"].map((event) => ({ name: "", match: [{ event: [event] }] }));
const at = (workspace: string, kind: string, view: object = {}) => `/w/${workspace}/analyses/${kind}?view=${encodeURIComponent(JSON.stringify({ v: 1, ...view }))}`;

const SEGMENTS = [
  { id: "shot-store", name: { "zh-CN": "到过门店", en: "Came to a store" }, who: { channel: { any_of: ["store"] } } },
  {
    id: "shot-lapsing",
    name: { "zh-CN": "快流失的老客", en: "Lapsing buyers" },
    who: { all: [{ did: { match: BUYS, measure: { sum: "amount" }, is: { gte: 500 } } }, { not: { last: { match: BUYS, within: { last: "30d" } } } }, { any: [{ segment: "shot-store" }, { sequence: { steps: [[{ event: ["product_view"] }], BUYS], span: "7d" } }] }] },
  },
];

const SCREENS = [
  { name: "segments", path: `/w/${RETAILER}/segments`, ready: "tbody .num" },
  { name: "segment", path: `/w/${RETAILER}/segments/shot-lapsing`, ready: "svg.picture" },
  { name: "segment-edit", path: `/w/${RETAILER}/segments/shot-lapsing?edit=1`, ready: ".live-size .total-number" },
  { name: "segments-compared", path: at(RETAILER, "segments", { segments: SEGMENTS.map(({ id }) => id) }), ready: ".overlap-list" },
  { name: "rfm", path: at(RETAILER, "rfm", { match: BUYS }), ready: ".rfm-grid" },
  { name: "funnel-compared", path: at(WORKSPACE, "funnel", { steps: STEPS, channels: ["web"], versus: { kind: "channels", channels: ["mobile_web"] } }), ready: ".comparison" },
  ...["time", "trend", "next"].map((part) => ({ name: `funnel-${part}`, path: at(WORKSPACE, "funnel", { steps: STEPS, part }), ready: ".analysis-body" })),
  { name: "process", path: at(WORKSPACE, "transitions"), ready: ".process-node" },
  { name: "step-matrix", path: at(WORKSPACE, "transitions", { part: "steps" }), ready: ".heat" },
  { name: "next-steps", path: at(WORKSPACE, "transitions", { part: "next", after: ["cart"], target: "purchase" }), ready: ".next-bars" },
];

for (const language of LANGUAGES) {
  for (const theme of THEMES) {
    test(`segments and analyses ${language} ${theme}`, async ({ page, request }) => {
      for (const segment of SEGMENTS) expect((await request.put(`/v1/workspaces/${RETAILER}/segments/${segment.id}`, { data: segment })).ok()).toBe(true);
      for (const width of theme === "light" ? [1440, 390] : [1440]) {
        await page.setViewportSize({ width, height: 900 });
        for (const { name, path, ready } of SCREENS) {
          await open(page, path, { language, theme });
          await page.locator(ready).first().waitFor();
          await page.waitForLoadState("networkidle");
          await page.screenshot({ path: join(FOLDER, `${name}-${width}-${language}-${theme}.png`), fullPage: true });
        }
      }
    });
  }
}

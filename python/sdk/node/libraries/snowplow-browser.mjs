import { open } from "../browser.mjs";

const VENDOR = "iglu:com.snowplowanalytics.snowplow.ecommerce";

export default async function drive(words) {
  const page = open(words.page);
  const snowplow = page.load("@snowplow/browser-tracker/dist/index.umd.js");
  snowplow.newTracker("shop", words.url, { appId: words.key, platform: "web" });
  snowplow.trackPageView();
  snowplow.setUserId(words.person);
  const event = { schema: `${VENDOR}/snowplow_ecommerce_action/jsonschema/1-0-2`, data: { type: "transaction" } };
  const order = { transaction_id: words.order, revenue: 99.5, currency: "CNY" };
  snowplow.trackSelfDescribingEvent({
    event,
    context: [{ schema: `${VENDOR}/transaction/jsonschema/1-0-0`, data: order }],
  });
  return page.leave;
}

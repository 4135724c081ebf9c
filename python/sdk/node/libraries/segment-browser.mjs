import { open } from "../browser.mjs";

export default async function drive(words) {
  const page = open(words.page);
  const { AnalyticsBrowser } = page.load("@segment/analytics-next/dist/umd/index.js");
  const [protocol, host] = words.url.split("://");
  const settings = { writeKey: words.key, cdnURL: words.url };
  const analytics = AnalyticsBrowser.load(settings, {
    integrations: { "Segment.io": { apiHost: `${host}/v1`, protocol } },
  });
  await analytics.page("Shoes");
  await analytics.identify(words.person, { email: words.email, plan: "gold" });
  await analytics.track("Order Completed", { order_id: words.order, revenue: 99.5, currency: "CNY" });
  await analytics.screen("Basket");
  await analytics.alias(words.person, words.device);
  return page.leave;
}

import { open } from "../browser.mjs";

export default async function drive(words) {
  const page = open(words.page);
  const { RudderAnalytics } = page.load("@rudderstack/analytics-js/dist/npm/modern/bundled/cjs/index.cjs");
  const analytics = new RudderAnalytics();
  // Its polyfills would come from a server of somebody else.
  analytics.load(words.key, words.url, { configUrl: words.url, polyfillIfRequired: false });
  analytics.page("Shoes");
  analytics.identify(words.person, { email: words.email, plan: "gold" });
  analytics.track("Order Completed", { order_id: words.order, revenue: 99.5, currency: "CNY" });
  analytics.alias(words.person, words.device);
  return page.leave;
}

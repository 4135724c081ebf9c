import { open } from "../browser.mjs";

// What RudderStack's control plane tells the library of a source; the product is only where the data go.
const SOURCE = { id: "shop", name: "Shop", config: {}, enabled: true, workspaceId: "shop", destinations: [] };

export default async function drive(words) {
  const page = open(words.page);
  const { RudderAnalytics } = page.load("@rudderstack/analytics-js/dist/npm/modern/bundled/cjs/index.cjs");
  const analytics = new RudderAnalytics();
  // Its polyfills would come from a server of somebody else.
  const options = { getSourceConfig: () => ({ source: SOURCE }), polyfillIfRequired: false };
  analytics.load(words.key, words.url, options);
  analytics.page("Shoes");
  analytics.identify(words.person, { email: words.email, plan: "gold" });
  analytics.track("Order Completed", { order_id: words.order, revenue: 99.5, currency: "CNY" });
  analytics.alias(words.person, words.device);
  return page.leave;
}

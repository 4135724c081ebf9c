import { Analytics } from "@segment/analytics-node";

export default async function drive(words) {
  const { person: userId, visitor: anonymousId } = words;
  const analytics = new Analytics({ writeKey: words.key, host: words.url });
  analytics.on("error", (error) => console.error("the library gave up:", error));
  analytics.page({ anonymousId, name: "Shoes", properties: { url: words.page, title: "Shoes" } });
  analytics.identify({ userId, anonymousId, traits: { email: words.email, plan: "gold" } });
  const properties = { order_id: words.order, revenue: 99.5, currency: "CNY" };
  analytics.track({ userId, event: "Order Completed", properties });
  analytics.screen({ anonymousId: words.device, name: "Basket" });
  analytics.alias({ previousId: words.device, userId });
  await analytics.closeAndFlush();
}

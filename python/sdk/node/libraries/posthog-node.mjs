import { PostHog } from "posthog-node";

export default async function drive(words) {
  const posthog = new PostHog(words.key, { host: words.url });
  posthog.on("error", (error) => console.error("the library says:", error));
  const visited = { $current_url: words.page, $process_person_profile: false };
  posthog.capture({ distinctId: words.visitor, event: "$pageview", properties: visited });
  posthog.identify({
    distinctId: words.person,
    properties: { $set: { email: words.email, plan: "gold" }, $anon_distinct_id: words.visitor },
  });
  const properties = { order_id: words.order, revenue: 99.5, currency: "CNY" };
  posthog.capture({ distinctId: words.person, event: "Order Completed", properties });
  posthog.capture({ distinctId: words.device, event: "$screen", properties: { $screen_name: "Basket" } });
  posthog.alias({ distinctId: words.person, alias: words.device });
  await posthog.shutdown();
}

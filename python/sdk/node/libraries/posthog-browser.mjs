import { open } from "../browser.mjs";

export default async function drive(words) {
  const page = open(words.page);
  const { default: posthog } = page.load("posthog-js/dist/main.js");
  posthog.init(words.key, { api_host: words.url });
  await new Promise((viewed) => posthog.on("eventCaptured", (event) => event.event === "$pageview" && viewed()));
  posthog.identify(words.person, { email: words.email, plan: "gold" });
  posthog.capture("Order Completed", { order_id: words.order, revenue: 99.5, currency: "CNY" });
  posthog.alias(words.device);
  // Asked for and answered: the product has no flags, and says so.
  await new Promise((answered) => posthog.onFeatureFlags(answered));
  return page.leave;
}

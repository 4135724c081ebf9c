// Product analytics: PostHog and Snowplow. Written for posthog-js 1.449, posthog-node 5.70, posthog (Python) 7.91,
// @snowplow/browser-tracker 4.10 and node-tracker 4.8. Snowplow has no place for a key, so it stands in the address.
import type { Place, Setup } from ".";

export function productSetups({ address, key }: Place): Setup[] {
  return [
    {
      id: "posthog-web",
      vendor: "posthog",
      platform: "web",
      key: "public",
      blocks: [
        { goes: "terminal", code: "npm install posthog-js" },
        {
          goes: "code",
          code: `import posthog from "posthog-js";

posthog.init("${key}", {
  api_host: "${address}",
  person_profiles: "identified_only",
  disable_external_dependency_loading: true,
});

posthog.capture("order_paid", { amount: 199, currency: "CNY", order_id: "A-1024" });
posthog.identify("member-1024", { tier: "gold" });`,
        },
      ],
    },
    {
      id: "posthog-node",
      vendor: "posthog",
      platform: "node",
      key: "secret",
      blocks: [
        { goes: "terminal", code: "npm install posthog-node" },
        {
          goes: "code",
          code: `import { PostHog } from "posthog-node";

const posthog = new PostHog("${key}", { host: "${address}" });

posthog.capture({
  distinctId: "member-1024",
  event: "order_paid",
  properties: { amount: 199, currency: "CNY", order_id: "A-1024" },
});
await posthog.shutdown();`,
        },
      ],
    },
    {
      id: "posthog-python",
      vendor: "posthog",
      platform: "python",
      key: "secret",
      blocks: [
        { goes: "terminal", code: "pip install posthog" },
        {
          goes: "code",
          code: `from posthog import Posthog

posthog = Posthog("${key}", host="${address}")

posthog.capture("order_paid", distinct_id="member-1024", properties={"amount": 199, "currency": "CNY"})
posthog.shutdown()`,
        },
      ],
    },
    {
      id: "snowplow-web",
      vendor: "snowplow",
      platform: "web",
      key: "public",
      blocks: [
        { goes: "terminal", code: "npm install @snowplow/browser-tracker" },
        {
          goes: "code",
          code: `import { newTracker, setUserId, trackPageView, trackStructEvent } from "@snowplow/browser-tracker";

newTracker("throughline", "${address}/k/${key}", { appId: "shop" });

trackPageView();
setUserId("member-1024");
trackStructEvent({ category: "shop", action: "order_paid", property: "A-1024", value: 199 });`,
        },
      ],
    },
    {
      id: "snowplow-node",
      vendor: "snowplow",
      platform: "node",
      key: "secret",
      blocks: [
        { goes: "terminal", code: "npm install @snowplow/node-tracker" },
        {
          goes: "code",
          code: `import { buildStructEvent, newTracker } from "@snowplow/node-tracker";

const tracker = newTracker(
  { namespace: "throughline", appId: "shop", encodeBase64: false },
  { endpoint: "${address}/k/${key}" },
);

tracker.setUserId("member-1024");
tracker.track(buildStructEvent({ category: "shop", action: "order_paid", property: "A-1024", value: 199 }));
tracker.flush();`,
        },
      ],
    },
  ];
}

// Segment and RudderStack, which speak the same language. Written for @segment/analytics-next 1.84, analytics-node 3.1,
// segment-analytics-python 2.4, @rudderstack/analytics-js 3.34 and rudder-sdk-node 3.0.
import type { Place, Setup } from ".";

/** Segment's browser library takes scheme and host apart. */
function parts(address: string): { scheme: string; host: string } {
  const [scheme = "https", host = ""] = address.split("://");
  return { scheme, host };
}

export function segmentSetups({ address, key }: Place): Setup[] {
  const { scheme, host } = parts(address);
  return [
    {
      id: "segment-web",
      vendor: "segment",
      platform: "web",
      key: "public",
      blocks: [
        { goes: "terminal", code: "npm install @segment/analytics-next" },
        {
          goes: "code",
          code: `import { AnalyticsBrowser } from "@segment/analytics-next";

const analytics = AnalyticsBrowser.load(
  { writeKey: "${key}", cdnURL: "${address}" },
  { integrations: { "Segment.io": { apiHost: "${host}/v1", protocol: "${scheme}" } } },
);

analytics.page();
analytics.track("Order Completed", { order_id: "A-1024", total: 199, currency: "CNY" });
analytics.identify("member-1024", { tier: "gold" });`,
        },
      ],
    },
    {
      id: "segment-node",
      vendor: "segment",
      platform: "node",
      key: "secret",
      blocks: [
        { goes: "terminal", code: "npm install @segment/analytics-node" },
        {
          goes: "code",
          code: `import { Analytics } from "@segment/analytics-node";

const analytics = new Analytics({ writeKey: "${key}", host: "${address}" });

analytics.track({
  userId: "member-1024",
  event: "Order Completed",
  properties: { order_id: "A-1024", total: 199, currency: "CNY" },
});
await analytics.closeAndFlush();`,
        },
      ],
    },
    {
      id: "segment-python",
      vendor: "segment",
      platform: "python",
      key: "secret",
      blocks: [
        { goes: "terminal", code: "pip install segment-analytics-python" },
        {
          goes: "code",
          code: `import segment.analytics as analytics

analytics.write_key = "${key}"
analytics.host = "${address}"

analytics.track("member-1024", "Order Completed", {"order_id": "A-1024", "total": 199, "currency": "CNY"})
analytics.flush()`,
        },
      ],
    },
    {
      id: "rudderstack-web",
      vendor: "rudderstack",
      platform: "web",
      key: "public",
      blocks: [
        { goes: "terminal", code: "npm install @rudderstack/analytics-js" },
        {
          goes: "code",
          code: `import { RudderAnalytics } from "@rudderstack/analytics-js/bundled";

const analytics = new RudderAnalytics();
analytics.load("${key}", "${address}", {
  getSourceConfig: () => ({
    source: { id: "throughline", name: "throughline", writeKey: "${key}", enabled: true, config: {}, destinations: [] },
  }),
});

analytics.page();
analytics.track("Order Completed", { order_id: "A-1024", total: 199, currency: "CNY" });
analytics.identify("member-1024", { tier: "gold" });`,
        },
      ],
    },
    {
      id: "rudderstack-node",
      vendor: "rudderstack",
      platform: "node",
      key: "secret",
      blocks: [
        { goes: "terminal", code: "npm install @rudderstack/rudder-sdk-node" },
        {
          goes: "code",
          code: `const RudderAnalytics = require("@rudderstack/rudder-sdk-node");

const client = new RudderAnalytics("${key}", { dataPlaneUrl: "${address}" });

client.track({
  userId: "member-1024",
  event: "Order Completed",
  properties: { order_id: "A-1024", total: 199, currency: "CNY" },
});
client.flush();`,
        },
      ],
    },
  ];
}

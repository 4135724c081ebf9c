// 神策 Sensors Analytics. Written for sa-sdk-javascript 1.27, sa-sdk-miniprogram 1.22, sa-sdk-node 1.2 and
// SensorsAnalyticsSDK (Python) 1.11.
import type { Place, Setup } from ".";

export function sensorsSetups({ address, key }: Place): Setup[] {
  const url = `${address}/sa?token=${key}`;
  return [
    {
      id: "sensors-web",
      vendor: "sensors",
      platform: "web",
      key: "public",
      blocks: [
        { goes: "terminal", code: "npm install sa-sdk-javascript" },
        {
          goes: "code",
          code: `import sensors from "sa-sdk-javascript";

sensors.init({
  server_url: "${url}",
  is_track_single_page: true,
  heatmap: { clickmap: "default", scroll_notice_map: "default" },
});
sensors.quick("autoTrack");

sensors.track("order_paid", { amount: 199, currency: "CNY", order_id: "A-1024" });
sensors.login("member-1024");`,
        },
      ],
    },
    {
      id: "sensors-miniprogram",
      vendor: "sensors",
      platform: "miniprogram",
      key: "public",
      blocks: [
        { goes: "terminal", code: "npm install sa-sdk-miniprogram" },
        {
          goes: "code",
          code: `// app.js
import sensors from "sa-sdk-miniprogram";

sensors.setPara({
  name: "sensors",
  server_url: "${url}",
  autoTrack: { appLaunch: true, appShow: true, appHide: true, pageShow: true, pageShare: true, mpClick: true },
});
sensors.init();

sensors.track("order_paid", { amount: 199, currency: "CNY", order_id: "A-1024" });
sensors.login("member-1024");`,
        },
      ],
    },
    {
      id: "sensors-node",
      vendor: "sensors",
      platform: "node",
      key: "secret",
      blocks: [
        { goes: "terminal", code: "npm install sa-sdk-node" },
        {
          goes: "code",
          code: `const SensorsAnalytics = require("sa-sdk-node");

const sensors = new SensorsAnalytics();
sensors.submitTo("${url}");

sensors.track("member-1024", "order_paid", { $is_login_id: true, amount: 199, currency: "CNY", order_id: "A-1024" });`,
        },
      ],
    },
    {
      id: "sensors-python",
      vendor: "sensors",
      platform: "python",
      key: "secret",
      blocks: [
        { goes: "terminal", code: "pip install SensorsAnalyticsSDK" },
        {
          goes: "code",
          code: `import sensorsanalytics

consumer = sensorsanalytics.BatchConsumer("${url}")
sensors = sensorsanalytics.SensorsAnalytics(consumer)

sensors.track("member-1024", "order_paid", {"amount": 199, "currency": "CNY"}, is_login_id=True)
sensors.close()`,
        },
      ],
    },
  ];
}

// Web analytics: Google Analytics 4, by its Measurement Protocol and by gtag, and Matomo. Written for matomo-tracker 2.2.
import type { Place, Setup } from ".";

export function webSetups({ address, key }: Place): Setup[] {
  const protocol = (path: string) => `${address}${path}?measurement_id=G-XXXXXXXXXX&api_secret=${key}`;
  const purchase = `{
    "client_id": "1734.1700000000",
    "user_id": "member-1024",
    "events": [{ "name": "purchase", "params": { "transaction_id": "A-1024", "value": 199, "currency": "CNY" } }]
  }`;
  return [
    {
      id: "ga4",
      vendor: "ga4",
      key: "secret",
      blocks: ["/debug/mp/collect", "/mp/collect"].map((path) => ({
        goes: "terminal",
        code: `curl -i '${protocol(path)}' \\
  -H 'content-type: application/json' \\
  -d '${purchase}'`,
      })),
    },
    {
      id: "gtag",
      vendor: "gtag",
      key: "public",
      blocks: [
        {
          goes: "page",
          code: `<script async src="https://www.googletagmanager.com/gtag/js?id=G-XXXXXXXXXX"></script>
<script>
  window.dataLayer = window.dataLayer || [];
  function gtag() { dataLayer.push(arguments); }
  gtag("js", new Date());
  gtag("config", "G-XXXXXXXXXX", { server_container_url: "${address}/k/${key}" });
</script>`,
        },
        { goes: "code", code: `gtag("event", "purchase", { transaction_id: "A-1024", value: 199, currency: "CNY" });` },
      ],
    },
    {
      id: "matomo-web",
      vendor: "matomo",
      platform: "web",
      key: "public",
      blocks: [
        {
          goes: "page",
          code: `<script>
  var _paq = (window._paq = window._paq || []);
  _paq.push(["trackPageView"]);
  _paq.push(["enableLinkTracking"]);
  _paq.push(["setTrackerUrl", "${address}/k/${key}/matomo.php"]);
  _paq.push(["setSiteId", "1"]);
</script>
<script async src="https://matomo.example.com/matomo.js"></script>`,
        },
        { goes: "code", code: `_paq.push(["setUserId", "member-1024"]);\n_paq.push(["trackEvent", "shop", "order_paid", "A-1024", 199]);` },
      ],
    },
    {
      id: "matomo-node",
      vendor: "matomo",
      platform: "node",
      key: "secret",
      blocks: [
        { goes: "terminal", code: "npm install matomo-tracker" },
        {
          goes: "code",
          code: `const MatomoTracker = require("matomo-tracker");

const matomo = new MatomoTracker(1, "${address}/k/${key}/matomo.php");

matomo.track({ url: "https://shop.example.com/thanks", uid: "member-1024", e_c: "shop", e_a: "order_paid", e_n: "A-1024", e_v: 199 });`,
        },
      ],
    },
  ];
}

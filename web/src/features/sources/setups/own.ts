// Throughline's own: the snippet for web pages, and the HTTP API.
import type { Place, Setup } from ".";

export function ownSetups({ address, key }: Place): Setup[] {
  return [
    {
      id: "throughline-web",
      vendor: "throughline",
      platform: "web",
      key: "public",
      blocks: [
        {
          goes: "page",
          code: `<script>window.tl = window.tl || function () { (tl.q = tl.q || []).push(arguments) }</script>
<script defer src="${address}/tl.js" data-key="${key}"></script>`,
        },
        {
          goes: "code",
          code: `tl("track", "order_paid", { coupon: "SPRING" }, { amount: 199, currency: "CNY", order_id: "A-1024" });
tl("identify", "member-1024", { tier: "gold" });
tl("consent", true);
tl("reset");`,
        },
      ],
    },
    {
      id: "throughline-http",
      vendor: "throughline",
      platform: "http",
      key: "secret",
      blocks: [
        {
          goes: "terminal",
          code: `curl -i '${address}/v1/events' \\
  -H 'authorization: Bearer ${key}' \\
  -H 'content-type: application/json' \\
  -d '{
    "event": "order_paid",
    "time": "'"$(date -u +%Y-%m-%dT%H:%M:%SZ)"'",
    "channel": "store",
    "message_id": "receipt-A-1024",
    "identifiers": [{ "namespace": "member_no", "value": "1024" }],
    "amount": 199,
    "currency": "CNY",
    "order_id": "A-1024",
    "props": { "cashier": "07" }
  }'`,
        },
        {
          goes: "terminal",
          code: `gzip -c events.ndjson | curl -i '${address}/v1/events' \\
  -H 'authorization: Bearer ${key}' \\
  -H 'content-type: application/x-ndjson' \\
  -H 'content-encoding: gzip' \\
  --data-binary @-`,
        },
      ],
    },
  ];
}

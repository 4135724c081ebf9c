import { buildPageView, buildScreenView, buildSelfDescribingEvent, newTracker } from "@snowplow/node-tracker";

const VENDOR = "iglu:com.snowplowanalytics.snowplow.ecommerce";

export default async function drive(words) {
  const { hostname, port } = new URL(words.url);
  await new Promise((sent, failed) => {
    const tracker = newTracker(
      { namespace: "shop", appId: words.key, encodeBase64: true },
      {
        endpoint: hostname,
        protocol: "http",
        port: Number(port),
        bufferSize: 10,
        eventMethod: "post",
        onRequestSuccess: sent,
        onRequestFailure({ status, message, willRetry }) {
          // It keeps what it could not send, and sends it with the next events.
          if (willRetry) tracker.flush();
          else failed(new Error(`the library gave up: ${status} ${message}`));
        },
      },
    );
    tracker.setPlatform("web");
    tracker.setDomainUserId(words.visitor);
    tracker.track(buildPageView({ pageUrl: words.page, pageTitle: "Shoes" }));
    tracker.setUserId(words.person);
    const event = { schema: `${VENDOR}/snowplow_ecommerce_action/jsonschema/1-0-2`, data: { type: "transaction" } };
    const order = { transaction_id: words.order, revenue: 99.5, currency: "CNY" };
    tracker.track(buildSelfDescribingEvent({ event }), [
      { schema: `${VENDOR}/transaction/jsonschema/1-0-0`, data: order },
    ]);
    tracker.setPlatform("mob");
    tracker.setDomainUserId(words.device);
    tracker.track(buildScreenView({ id: words.device, name: "Basket" }));
    tracker.flush();
  });
}

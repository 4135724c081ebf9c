import SensorsAnalytics from "sa-sdk-node";

export default async function drive(words) {
  const sensors = new SensorsAnalytics();
  sensors.submitTo({ url: `${words.url}/sa?project=default&token=${words.key}`, mode: "track" });
  sensors.track(words.visitor, "$pageview", { $url: words.page });
  sensors.trackSignup(words.person, words.visitor);
  sensors.profileSet(words.person, { email: words.email, plan: "gold" });
  sensors.track(words.person, "PayOrder", { orderID: words.order, orderAmount: 99.5, currency: "CNY" });
}

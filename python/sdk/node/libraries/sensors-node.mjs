import SensorsAnalytics from "sa-sdk-node";

export default async function drive(words) {
  const sensors = new SensorsAnalytics();
  const submitter = sensors.submitTo({ url: `${words.url}/sa?project=default&token=${words.key}`, mode: "track" });
  // It does not send again what went wrong, and says nothing unless asked.
  submitter.catch((error) => {
    console.error(error);
    process.exitCode = 1;
  });
  sensors.track(words.visitor, "$pageview", { $url: words.page });
  sensors.trackSignup(words.person, words.visitor);
  sensors.profileSet(words.person, { email: words.email, plan: "gold" });
  sensors.track(words.person, "PayOrder", { orderID: words.order, orderAmount: 99.5, currency: "CNY" });
}

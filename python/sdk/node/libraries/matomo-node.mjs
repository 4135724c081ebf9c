import MatomoTracker from "matomo-tracker";

export default async function drive(words) {
  // Matomo's ids of visitors are sixteen hexadecimal digits.
  const visitor = words.visitor.replaceAll("-", "").slice(0, 16);
  const matomo = new MatomoTracker(words.key, `${words.url}/matomo.php`);
  matomo.on("error", (error) => console.error("the library says:", error));
  const now = () => Math.floor(Date.now() / 1000);
  matomo.track({ url: words.page, action_name: "Shoes", _id: visitor, cdt: now() });
  const order = { idgoal: 0, ec_id: words.order, revenue: 99.5 };
  await new Promise((sent) =>
    matomo.trackBulk(
      [
        { url: "https://shop.example/basket", action_name: "Basket", _id: visitor, uid: words.person, cdt: now() },
        { url: "https://shop.example/paid", uid: words.person, cdt: now(), ...order },
      ],
      sent,
    ),
  );
  // It leaves the answer to `track` unread, so its connection stays open and node would not end.
  return () => process.exit();
}

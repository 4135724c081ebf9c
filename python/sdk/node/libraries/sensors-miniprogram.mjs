import { createRequire } from "node:module";
import { host } from "../miniprogram.mjs";

export default async function drive(words) {
  const query = Object.fromEntries(new URL(words.page).searchParams);
  const miniprogram = host("pages/shoes", query);
  const sensors = createRequire(import.meta.url)("sa-sdk-miniprogram");
  sensors.setPara({
    server_url: `${words.url}/sa?project=default&token=${words.key}`,
    name: "sensors",
    batch_send: false,
  });
  sensors.init();
  miniprogram.show();
  globalThis.Page({ onLoad() {}, onShow() {} });
  sensors.setOpenid(`openid-${words.visitor}`);
  sensors.login(words.person);
  sensors.setProfile({ email: words.email, plan: "gold" });
  sensors.track("PayOrder", { orderID: words.order, orderAmount: 99.5, currency: "CNY" });
}

import { open } from "../browser.mjs";

export default async function drive(words) {
  const page = open(words.page);
  const loaded = page.load("sa-sdk-javascript/dist/web/sensorsdata.js");
  const sensors = loaded.default ?? loaded;
  sensors.init({
    server_url: `${words.url}/sa?project=default&token=${words.key}`,
    send_type: "ajax",
    is_track_single_page: false,
    show_log: false,
    heatmap: { clickmap: "default", scroll_notice_map: "not_collect" },
  });
  sensors.quick("autoTrack");
  sensors.login(words.person);
  sensors.setProfile({ email: words.email, plan: "gold" });
  sensors.track("PayOrder", { orderID: words.order, orderAmount: 99.5, currency: "CNY" });
  return page.leave;
}

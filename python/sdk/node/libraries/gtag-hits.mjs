// What gtag.js sends: its script is no package, so its hits are written here as a browser shows them: one hit in the address,
// several as lines of a body that is laid over the address.

export default async function drive(words) {
  const cid = "1836424923.1756700000";
  const stream = { v: "2", tid: words.key, gtm: "45je58r1v9", _p: "1756700000123", cid, ul: "zh-cn", sr: "1440x900" };
  async function send(query, body) {
    const address = `${words.url}/g/collect?${new URLSearchParams({ ...stream, ...query })}`;
    const headers = { origin: "https://shop.example", "content-type": "text/plain;charset=UTF-8" };
    const answer = await fetch(address, { method: "POST", headers, body });
    if (answer.status !== 204) throw new Error(`/g/collect answered ${answer.status}: ${await answer.text()}`);
    const allowed = answer.headers.get("access-control-allow-origin");
    if (allowed !== headers.origin) throw new Error(`/g/collect allows the origin ${allowed}`);
  }
  const session = { sid: "1756700000", sct: "1", seg: "1", gcs: "G111" };
  await send({ ...session, en: "page_view", dl: words.page, dt: "Shoes", dr: "https://www.bing.com/", _s: "1", _fv: "1" });
  const page = { dl: "https://shop.example/paid", dt: "Paid" };
  const lines = [
    { en: "login", "ep.method": "password", "up.email": words.email, "up.plan": "gold", _et: "12" },
    {
      en: "purchase",
      "ep.transaction_id": words.order,
      "epn.value": "99.5",
      cu: "CNY",
      pr1: "idS-1~nmRunner~pr99.5~qt1",
      _et: "5",
    },
  ].map((hit) => new URLSearchParams(hit).toString());
  await send({ ...session, ...page, uid: words.person, _s: "2" }, lines.join("\r\n"));
}

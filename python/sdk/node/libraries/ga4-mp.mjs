// GA4's Measurement Protocol has no library: servers and tills send it by hand.

export default async function drive(words) {
  const at = Date.now() * 1000;
  const address = `${words.url}/mp/collect?measurement_id=G-SHOP&api_secret=${words.key}`;
  async function send(body) {
    const answer = await fetch(address, { method: "POST", body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`/mp/collect answered ${answer.status}: ${await answer.text()}`);
  }
  await send({
    client_id: words.visitor,
    timestamp_micros: at,
    events: [{ name: "page_view", params: { page_location: words.page, page_title: "Shoes", session_id: "1" } }],
  });
  await send({
    client_id: words.visitor,
    user_id: words.person,
    timestamp_micros: at + 1000,
    user_properties: { email: { value: words.email }, plan: { value: "gold" } },
    events: [
      { name: "login", params: { method: "password" } },
      {
        name: "purchase",
        params: {
          transaction_id: words.order,
          value: 99.5,
          currency: "CNY",
          items: [{ item_id: "S-1", item_name: "Runner", price: 99.5, quantity: 1 }],
        },
      },
    ],
  });
}

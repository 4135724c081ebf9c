import { expect, it } from "vitest";

import { isOrigin, originsOf } from "./origins";

it("origins are read one a line, and told from other addresses", () => {
  expect(originsOf(" https://shop.example.com/\n\nhttp://127.0.0.1:3000, https://shop.example.com ")).toEqual(["https://shop.example.com", "http://127.0.0.1:3000"]);
  expect(["https://shop.example.com", "http://127.0.0.1:3000"].every(isOrigin)).toBe(true);
  expect(["shop.example.com", "https://shop.example.com/cart", "https://SHOP.example.com", "ftp://shop.example.com", "*"].some(isOrigin)).toBe(false);
});

// Texts are as wide as their letters, and cut where the room ends.
import { expect, it } from "vitest";

import { fit, lettersOf } from "./letters";

it("Chinese characters are twice as wide as Latin letters", () => {
  expect(lettersOf("cart")).toBe(4);
  expect(lettersOf("加购 a")).toBe(6);
});

it("a text is cut to its room, with a sign that it was", () => {
  expect(fit("cart", 4)).toBe("cart");
  expect(fit("checkout", 4)).toBe("che…");
  expect(fit("加入购物车", 6)).toBe("加入…");
  expect(lettersOf(fit("加入购物车", 6))).toBeLessThanOrEqual(6);
});

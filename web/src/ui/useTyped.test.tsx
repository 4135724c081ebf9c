// A field keeps what is typed while the address is late, and says what the address says again once it is left.
import { act } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { useTyped } from "./useTyped";

let box: HTMLElement;
let unmount: () => void;
let answer: (kept: string) => void;
const told = vi.fn();

function Field({ kept }: { kept: string }) {
  const { shown, type, onBlur } = useTyped(kept, told);
  return <input value={shown} onChange={(event) => type(event.target.value)} onBlur={onBlur} />;
}

function typed(field: HTMLInputElement, text: string) {
  // As a browser does it: the value is there before React hears of it.
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, text);
  act(() => void field.dispatchEvent(new Event("input", { bubbles: true })));
}

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  box = document.body.appendChild(document.createElement("div"));
  const root = createRoot(box);
  answer = (kept) => act(() => root.render(<Field kept={kept} />));
  unmount = () => act(() => root.unmount());
});
afterEach(() => {
  unmount();
  box.remove();
});

it("keeps what is typed while the address still says what it said before", () => {
  answer("");
  const field = box.querySelector("input") as HTMLInputElement;
  typed(field, "支");
  typed(field, "支付");
  expect(field.value).toBe("支付");
  expect(told.mock.calls).toEqual([["支"], ["支付"]]);
  answer("支");
  expect(field.value).toBe("支付");
  answer("支付");
  act(() => field.dispatchEvent(new FocusEvent("focusout", { bubbles: true })));
  expect(field.value).toBe("支付");
  // Filters are cleared elsewhere.
  answer("");
  expect(field.value).toBe("");
});

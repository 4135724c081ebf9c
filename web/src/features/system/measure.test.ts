import { describe, expect, it } from "vitest";

import { makeBytes, quoted } from "./measure";

const read = (text: string) => text.replace("\u00a0", " ");

describe("measures", () => {
  it("writes bytes in the unit that fits", () => {
    const bytes = makeBytes("en");
    expect([0, 1023, 1024, 1536, 2048 * 1024 ** 2, 1024 ** 3 - 1].map(bytes).map(read)).toEqual(["0 B", "1,023 B", "1 KiB", "1.5 KiB", "2 GiB", "1 GiB"]);
    expect(read(makeBytes("zh-CN")(1_234_567))).toBe("1.2 MiB");
  });

  it("quotes what a shell would take apart", () => {
    expect(quoted("/srv/throughline/data")).toBe("/srv/throughline/data");
    expect(quoted("/srv/my data")).toBe("'/srv/my data'");
    expect(quoted("/srv/it's")).toBe(`'/srv/it'\\''s'`);
  });
});

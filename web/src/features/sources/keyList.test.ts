import { describe, expect, it } from "vitest";

import type { Source, SourceKey } from "../../api/types";
import { keyState, keysOf } from "./keyList";

const key = (id: string, created_us: number, more: Partial<SourceKey> = {}): SourceKey => ({ id, created_us, kind: "public", kinds: [], protocols: [], start: id, ...more });
const source = (id: string, keys: SourceKey[]): Source => ({ id, name: id, channel: "web", events: 0, keys, origins: [], refused: [], rejected: 0 });

describe("the keys of all sources", () => {
  it("stand by source, the newest first", () => {
    const listed = keysOf([source("web", [key("old", 1), key("new", 2)]), source("none", []), source("app", [key("own", 3)])]);
    expect(listed.map(({ source: of, key: one }) => `${of.id} ${one.id}`)).toEqual(["web new", "web old", "app own"]);
  });

  it("are used or not, and end when they were told to", () => {
    const now = 100;
    expect(keyState({}, now)).toBe("unused");
    expect(keyState({ last_used_us: 5 }, now)).toBe("used");
    expect(keyState({ last_used_us: 5, expires_us: 101 }, now)).toBe("ending");
    expect(keyState({ expires_us: 100 }, now)).toBe("ended");
  });
});

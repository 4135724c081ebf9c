import { describe, expect, it } from "vitest";

import { VENDORS, addressOf, setupsOf } from ".";

const PLACE = { address: "https://collect.example.com", key: "tl_pub_8f2c" };
const setups = setupsOf(PLACE);

/** Where the product takes what each vendor's library sends. */
const DOORS = /\/(v1\/events|v1|k\/tl_pub_8f2c|mp\/collect|debug\/mp\/collect|sa\?token=tl_pub_8f2c|tl\.js)\b/;

describe("set-ups", () => {
  it("are there for every vendor, each once", () => {
    expect(new Set(setups.map(({ vendor }) => vendor))).toEqual(new Set(VENDORS));
    expect(new Set(setups.map(({ id }) => id)).size).toBe(setups.length);
  });

  it.each(setups)("$id names this server and the key, and no other server but the makers'", ({ blocks }) => {
    const code = blocks.map((block) => block.code).join("\n");
    expect(code).toContain("collect.example.com");
    expect(code).toContain(PLACE.key);
    expect(code).not.toMatch(/undefined|\[object/);
    const others = [...code.matchAll(/https?:\/\/([\w.-]+)/g)].map((match) => match[1]).filter((host) => host !== "collect.example.com");
    const known = ["www.googletagmanager.com", "matomo.example.com", "shop.example.com"];
    expect(others.filter((host) => !known.includes(host ?? ""))).toEqual([]);
  });

  it.each(setups.filter(({ platform }) => platform !== "python" && platform !== "http"))("$id is code that parses", ({ blocks }) => {
    for (const { goes, code } of blocks) {
      const scripts = goes === "page" ? [...code.matchAll(/<script>([^]*?)<\/script>/g)].map((match) => match[1] ?? "") : goes === "code" ? [code] : [];
      for (const script of scripts) {
        // A module's imports and waiting have no place in a function.
        const plain = script.replaceAll(/^import .*$/gm, "").replaceAll(/^await /gm, "");
        expect(() => new Function(plain)).not.toThrow();
      }
    }
  });

  it("give what runs at visitors' a public key, and servers a secret one", () => {
    const wrong = setups.filter(({ platform, vendor, key }) => (["web", "miniprogram"].includes(platform ?? "") || vendor === "gtag" ? "public" : "secret") !== key);
    expect(wrong).toEqual([]);
  });

  it("of protocols without a place for a key have it in the address", () => {
    for (const { vendor, blocks } of setups.filter((each) => ["snowplow", "gtag", "matomo", "sensors", "ga4"].includes(each.vendor))) {
      expect(blocks.some(({ code }) => DOORS.test(code)), vendor).toBe(true);
    }
  });

  it("take scheme and host apart where a library wants that", () => {
    const web = setupsOf({ address: "http://127.0.0.1:8080", key: "k" }).find(({ id }) => id === "segment-web");
    expect(web?.blocks[1]?.code).toContain('apiHost: "127.0.0.1:8080/v1", protocol: "http"');
  });
});

describe("an address", () => {
  it("is kept as code can hold it", () => {
    expect(addressOf(" https://collect.example.com/ ")).toBe("https://collect.example.com");
    expect(addressOf("http://127.0.0.1:8080/in/")).toBe("http://127.0.0.1:8080/in");
    expect(addressOf("collect.example.com")).toBeNull();
    expect(addressOf("ftp://collect.example.com")).toBeNull();
    expect(addressOf("https://x.example/');alert(1)//")).toBeNull();
  });
});

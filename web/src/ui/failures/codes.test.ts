// Every code the server can fail with has a cause and a remedy in both languages, and nothing else has. The codes are read
// from its sources: a failure is made by a constructor of `ApiError`, whose code is a word in quotes. Where it is handed on
// instead, `HANDED_ON` says where the words stand; a constructor of neither kind fails here, so that none is overlooked.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import frameEn from "../texts.en";
import frameZh from "../texts.zh-CN";
import en from "./texts.en";
import zhCN from "./texts.zh-CN";

const CRATES = join(import.meta.dirname, "../../../../crates");
const SERVER = join(CRATES, "server/src");

const MADE = /ApiError::(?:new\(\s*[^,()]+(?:\(\))?,|(?:bad_request|not_found|conflict|invalid)\()\s*(?:"(\w+)"|(\w[\w.()]*))/g;

/** Files whose constructors take a code from elsewhere: where, and how it is written there. */
const HANDED_ON: Record<string, { from: string; written: RegExp } | null> = {
  // The constructors themselves.
  "error.rs": null,
  // To senders alone, never to a page: what a message at a door is refused for.
  "doors.rs": null,
  "sensors.rs": null,
  "doors/scope.rs": { from: "server/src/intake/kinds.rs", written: /KIND_REFUSED: &str = "(\w+)"/g },
  "failures.rs": { from: "server/src/failures.rs", written: /(?:=> Some|unprocessable)\("(\w+)"\)/g },
  "guard.rs": { from: "server/src/guard.rs", written: /refused\("(\w+)"/g },
  "oidc/refusal.rs": { from: "server/src/oidc/refusal.rs", written: /=> "(\w+)",/g },
  "api/provider.rs": { from: "server/src/api/provider.rs", written: /control::Error::\w+ => "(\w+)"/g },
  "api/identity.rs": { from: "model/src/identifier.rs", written: /Illegal::\w+ => "(\w+)"/g },
};

/** Of the frame: they are no codes of the server. */
const OWN = ["http", "network", "unexpected", "unloaded"];

const read = (path: string) => readFileSync(path, "utf8").replace(/#\[cfg\(test\)\]\s*mod \w+ \{[^]*$/, "").replaceAll(/^\s*\/\/.*$/gm, "");

const codes = new Set<string>();
const overlooked: string[] = [];
for (const file of readdirSync(SERVER, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".rs"))) {
  const text = read(join(SERVER, file));
  for (const [call, code] of text.matchAll(MADE)) {
    if (code !== undefined) codes.add(code);
    else if (!(file in HANDED_ON)) overlooked.push(`${file}: ${call}`);
  }
  const calls = text.matchAll(/ApiError::(?:new|bad_request|not_found|conflict|invalid)\(/g);
  if ([...calls].length !== [...text.matchAll(MADE)].length) overlooked.push(`${file}: a constructor is written in a way not known here`);
}
for (const handed of Object.values(HANDED_ON)) {
  if (!handed) continue;
  const found = [...read(join(CRATES, handed.from)).matchAll(handed.written)].map(([, code]) => code ?? "");
  if (found.length === 0) overlooked.push(`${handed.from}: no codes found`);
  for (const code of found) codes.add(code);
}

const LANGUAGES: [string, Record<string, string>][] = [
  ["zh-CN", { ...frameZh, ...zhCN }],
  ["en", { ...frameEn, ...en }],
];

describe("codes of failures", () => {
  it("are all found in the server's sources", () => {
    expect(overlooked).toEqual([]);
    // One of each way of being made.
    for (const code of ["journey_unknown", "query_timeout", "file_damaged", "last_owner", "host_refused", "oidc_denied", "oidc_disabled", "identifier_empty"]) {
      expect(codes).toContain(code);
    }
  });

  describe.each(LANGUAGES)("in %s", (_, texts) => {
    it.each([...codes, ...OWN])("%s has a cause and a remedy", (code) => {
      expect(texts[`error.${code}`]?.trim()).toBeTruthy();
      expect(texts[`error.${code}.remedy`]?.trim()).toBeTruthy();
    });
  });

  it("are those that have texts", () => {
    const worded = Object.keys({ ...frameZh, ...zhCN }).flatMap((key) => /^error\.(\w+)$/.exec(key)?.[1] ?? []);
    expect(worded.filter((code) => !codes.has(code) && !OWN.includes(code))).toEqual([]);
  });
});

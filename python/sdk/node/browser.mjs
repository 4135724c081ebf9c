// A shop's page in jsdom, with the vendor's own build for browsers in it. Requests are cross-origin as on a real site: jsdom
// asks for leave (preflight) and withholds answers that do not allow the page's origin.
import { readFileSync } from "node:fs";
import { JSDOM, VirtualConsole } from "jsdom";

/** Opens the page at `url`. `load` runs a file of a package in it and gives what it exports; `leave` closes it and fails if its
 * console holds an error. */
export function open(url) {
  const complaints = [];
  const virtualConsole = new VirtualConsole();
  virtualConsole.on("error", (...told) => complaints.push(told.map(String).join(" ")));
  virtualConsole.on("jsdomError", (error) => complaints.push(error.stack ?? String(error)));
  const html = "<!doctype html><html><head><title>Shoes</title></head><body><script></script></body></html>";
  const dom = new JSDOM(html, {
    url,
    referrer: "https://www.bing.com/",
    contentType: "text/html",
    runScripts: "dangerously",
    resources: "usable",
    pretendToBeVisual: true,
    virtualConsole,
  });
  const { window } = dom;
  // Every browser has these; jsdom has not.
  Object.assign(window, { TextDecoder, TextEncoder });
  // jsdom has no `fetch`; this one goes through its XMLHttpRequest, and so under its rules of origins.
  window.eval(text("whatwg-fetch/dist/fetch.umd.js"));
  return {
    window,
    load(file) {
      const module = { exports: {} };
      window.eval(`(function (module, exports) {${text(file)}\n})`)(module, module.exports);
      return module.exports;
    },
    leave() {
      window.close();
      if (complaints.length > 0) {
        throw new Error(`the page's console holds errors:\n${complaints.join("\n")}`);
      }
    },
  };
}

/** A file of an installed package, also one that its package does not list for others. */
function text(file) {
  return readFileSync(new URL(`node_modules/${file}`, import.meta.url), "utf8");
}

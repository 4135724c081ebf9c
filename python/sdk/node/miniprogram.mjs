// What WeChat gives a mini program, as far as a library that counts asks for it: an app that is shown, pages with their
// life, storage, and requests, which go out for real.
const storage = new Map();
const pages = [];
const shown = [];

function answer(call, value) {
  queueMicrotask(() => {
    call?.success?.(value);
    call?.complete?.(value);
  });
}

async function request({ url, method = "GET", data, header = {}, success, fail, complete }) {
  let result;
  try {
    const response = await fetch(url, { method, body: method === "GET" ? undefined : data, headers: header });
    result = { statusCode: response.status, data: await response.text(), header: Object.fromEntries(response.headers) };
    success?.(result);
  } catch (error) {
    result = { errMsg: `request:fail ${error}` };
    fail?.(result);
  }
  complete?.(result);
}

/** The mini program is opened at `path` with `query`; a library required from now on finds the host's globals. `show` tells it
 * that the app is in front. */
export function host(path, query) {
  const launch = { path, query, scene: 1011 };
  globalThis.wx = {
    request: (call) => void request(call),
    getStorageSync: (key) => storage.get(key) ?? "",
    setStorageSync: (key, value) => void storage.set(key, value),
    getStorage: (call) => answer(call, { data: storage.get(call.key) }),
    setStorage: (call) => (storage.set(call.key, call.data), answer(call, {})),
    getNetworkType: (call) => answer(call, { networkType: "wifi" }),
    onNetworkStatusChange() {},
    getSystemInfo: (call) =>
      answer(call, {
        brand: "HUAWEI",
        model: "Mate 70",
        platform: "android",
        system: "Android 12",
        screenWidth: 390,
        screenHeight: 844,
        SDKVersion: "3.7.0",
      }),
    getAccountInfoSync: () => ({ miniProgram: { appId: "wx0123456789abcdef", envVersion: "release", version: "1.0" } }),
    getLaunchOptionsSync: () => launch,
    onAppShow: (listener) => shown.push(listener),
    onAppHide() {},
    setNavigationBarTitle() {},
  };
  globalThis.App = () => {};
  globalThis.Component = () => {};
  globalThis.Page = (page) => {
    pages.push(Object.assign(page, { route: path, options: query }));
    page.onLoad?.(query);
    page.onShow?.();
  };
  globalThis.getCurrentPages = () => pages;
  return { show: () => shown.forEach((listener) => listener(launch)) };
}

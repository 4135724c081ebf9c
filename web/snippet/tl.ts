// What a page tells of a visit: views, clicks, errors, how far down and how long; and what its author tells through
// `tl`. Before consent, where that is required, nothing is kept and nothing is sent.
//
//   <script>window.tl = window.tl || function () { (tl.q = tl.q || []).push(arguments) }</script>
//   <script defer src="https://SERVER/tl.js" data-key="KEY"></script>
//
// Pages load it before things their visitors wait for, so it is written to be small; a test holds the limit.
import { watchClicks } from "./clicks";
import { ERRORS_MAX, ERROR_TEXT_MAX, YEAR_S } from "./limits";
import { domain, page, required, signals } from "./script";
import { add, clear, sendAll } from "./sender";

type Fields = Record<string, unknown>;
type Call =
  /** `columns`: typed columns of the event, `amount` or `order_id`. */
  | ["track", event: string, props?: Fields, columns?: Fields]
  | ["identify", user: string | number, traits?: Fields]
  | ["consent", given: boolean]
  | ["reset"];

const view = window as unknown as { tl?: ((...call: Call) => void) & { q?: Iterable<Iterable<unknown>> } };
const listen = addEventListener;

// What `enter` and `name` set before anything reads it has no first value.
let on: boolean | undefined;
let anonymous: string;
let user: string;
let address: string;
let referrer: string;
let errors: string[] = [];
let depth: number;
let seenMs: number;
let since: number;

/** 128 random bits. */
const newId = () => crypto.getRandomValues(new Uint32Array(4)).join("-");

/** The page without a fragment, unless the page is told by one. */
const here = () => location.href.replace(/#(?![!/]).*/, "");

/** The one thing kept: `id~user`, or `0`: the visitor refused. An empty text: nothing. */
const keep = (text: string) => {
  page.cookie = `tl=${text};path=/;samesite=lax;max-age=${text ? YEAR_S : 0};domain=${domain}`;
};
/** An empty `id`: a new one. */
const name = (id: string, next: string) => {
  anonymous = id || newId();
  user = next;
  keep(`${anonymous}~${encodeURIComponent(user)}`);
};

const send = (event: string, props?: object, more?: object) =>
  on &&
  add({
    event,
    time: new Date(),
    channel: "web",
    message_id: newId(),
    identifiers: { anonymous_id: anonymous, user_id: user || undefined },
    page: address,
    referrer: referrer || undefined,
    ...Object.fromEntries([...new URL(address).searchParams].filter(([field]) => /^utm_(source|medium|campaign|term|content)$/.test(field))),
    props,
    ...more,
  });

/** Adds the time the page was in sight. */
const look = () => {
  const now = performance.now();
  seenMs += since && now - since;
  since = page.hidden ? 0 : now;
};
const scrolled = () => {
  depth = Math.max(depth, Math.min(100, (100 * (scrollY + innerHeight)) / page.documentElement.scrollHeight));
};
const enter = (from: string) => {
  address = here();
  referrer = from;
  errors = [];
  depth = seenMs = since = 0;
  look();
  send("page_view");
};
const leave = () => {
  look();
  scrolled();
  send("page_leave", { scroll_percent: Math.round(depth) }, { duration_seconds: Math.round(seenMs) / 1000 });
};
const moved = () => {
  const from = address;
  if (!on || here() === from) return;
  leave();
  enter(from);
};
const failed = (message: unknown, at?: string) => {
  const error = `${message}`.slice(0, ERROR_TEXT_MAX);
  if (!errors.includes(error) && errors.push(error) <= ERRORS_MAX) send("js_error", { at }, { error });
};
const begin = (id = "", known = "") => {
  if (on || (signals && (navigator.doNotTrack === "1" || (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl))) return;
  on = true;
  name(id, decodeURIComponent(known));
  enter(page.referrer);
};

for (const change of ["pushState", "replaceState"] as const) {
  const original = history[change];
  history[change] = (...how) => {
    original.apply(history, how);
    moved();
  };
}
listen("popstate", moved);
listen("scroll", scrolled);
listen("error", (error) => failed(error.message, `${error.filename}:${error.lineno}`));
listen("unhandledrejection", ({ reason }) => failed(reason?.message ?? reason));
listen("visibilitychange", look);
listen("pagehide", () => {
  leave();
  sendAll();
});
listen("pageshow", (shown) => shown.persisted && enter(referrer));
watchClicks(listen, send);

const [, , id, known] = page.cookie.match(/(^|; )tl=([^~;]+)~?([^;]*)/) ?? [];
if (id ? id !== "0" : !required) begin(id, known);

const commands = {
  track: send,
  identify(given: string | number, traits?: Fields) {
    if (on) {
      const next = `${given}`;
      // Somebody else at the same device is not the same person.
      name(user && user !== next ? "" : anonymous, next);
      send("$profile_set", undefined, { traits });
    }
  },
  consent(given: boolean) {
    if (given) begin();
    else {
      on = false;
      clear();
      keep(required ? "" : "0");
    }
  },
  reset() {
    if (on) name("", "");
  },
};
const waiting = view.tl?.q ?? [];
view.tl = (command, ...values) => (commands[command] as (...values: unknown[]) => void)(...values);
for (const call of waiting) view.tl(...([...call] as Call));

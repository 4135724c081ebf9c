// Messages on their way: in batches, again after a while where that can help, by beacon when the page goes.
import { BATCH, DOUBLINGS_MAX, QUEUE_MAX, WAIT_MS } from "./limits";
import { key, script } from "./script";

const url = new URL(`k/${key}/v1/events`, script.src);
let queue: object[] = [];
let timer: ReturnType<typeof setTimeout> | 0 = 0;
let failures = 0;

/** Text without a media type of its own, so that no browser asks for permission first. */
const body = () =>
  // With the time of sending the server tells by how much a visitor's clock is wrong.
  JSON.stringify({ events: queue.slice(0, BATCH), sent_at: new Date() });

const later = () => {
  if (queue[0]) timer ||= setTimeout(flush, WAIT_MS * 2 ** Math.min(failures, DOUBLINGS_MAX));
};

const flush = () => {
  const batch = queue.slice(0, BATCH);
  void fetch(url, { method: "POST", body: body() })
    // What is refused for what it is would be refused again.
    .then(({ status }) => status === 429 || status > 499, () => true)
    .then((again) => {
      if (again) failures++;
      else {
        failures = 0;
        queue = queue.filter((message) => !batch.includes(message));
      }
      timer = 0;
      later();
    });
};

export const add = (message: object) => {
  queue = [...queue, message].slice(-QUEUE_MAX);
  later();
};

/**
 * Hands everything to the browser, which sends it after the page is gone. A batch that is under way then may be lost,
 * so it goes again: its messages have ids.
 */
export const sendAll = () => {
  while (queue[0] && navigator.sendBeacon(url, body())) queue = queue.slice(BATCH);
};

export const clear = () => {
  queue = [];
};

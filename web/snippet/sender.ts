// Messages on their way: in batches, again after a while where that can help, by beacon when the page goes.

/** Messages in one request: far below the 64 KB a browser lets a leaving page send. */
const BATCH = 20;
/** Messages kept while the server cannot be reached; the oldest go first. */
const QUEUE_MAX = 200;
const WAIT_MS = 1000;
/** 2⁶ seconds: about a minute between two tries, at most. */
const DOUBLINGS_MAX = 6;

/** The body is text without a media type of its own, so that no browser asks for permission first. */
export function sender(url: URL): [add: (message: object) => void, leave: () => void, clear: () => void] {
  let queue: object[] = [];
  let timer: ReturnType<typeof setTimeout> | 0 = 0;
  let failures = 0;
  // With the time of sending the server tells by how much a visitor's clock is wrong.
  const next = () => JSON.stringify({ events: queue.slice(0, BATCH), sent_at: new Date() });
  const later = () => {
    if (queue[0]) timer ||= setTimeout(flush, WAIT_MS * 2 ** Math.min(failures, DOUBLINGS_MAX));
  };

  const flush = () => {
    const batch = queue.slice(0, BATCH);
    void fetch(url, { method: "POST", body: next() })
      // What is refused for what it is would be refused again.
      .then(({ status }) => status === 429 || status > 499, () => true)
      .then((again) => {
        if (again) failures += 1;
        else {
          failures = 0;
          queue = queue.filter((message) => !batch.includes(message));
        }
        timer = 0;
        later();
      });
  };

  return [
    (message) => {
      queue = [...queue, message].slice(-QUEUE_MAX);
      later();
    },
    // Hands everything to the browser, which sends it after the page is gone. A batch that is under way then may be
    // lost, so it goes again: its messages have ids.
    () => {
      while (queue[0] && navigator.sendBeacon(url, next())) queue = queue.slice(BATCH);
    },
    () => {
      queue = [];
    },
  ];
}

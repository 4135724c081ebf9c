// What arrives, as it arrives: the workspace's stream, or what concerns one customer, taken up again when it is cut.
import { address, path } from "./client";
import { PATHS } from "./paths";
import type { LiveEvent, LiveRejection } from "./types";

const RETRY_MS = 1000;
const RETRY_MAX_MS = 30_000;

export interface StreamHandlers {
  open: () => void;
  event: (event: LiveEvent) => void;
  rejection: (rejection: LiveRejection) => void;
  /** More came than is told: this many more. */
  passedOver: (count: number) => void;
  /** `again`: the browser itself tries again. */
  lost: (again: boolean) => void;
}

function read<T>(message: Event): T {
  return JSON.parse((message as MessageEvent<string>).data) as T;
}

/** Whose events: those of the whole workspace after the last few that came before, or what comes of one customer. */
export interface Watched {
  workspace: string;
  customer?: string;
}

/** Listens to what arrives. Returns what ends it. */
export function listen({ workspace, customer }: Watched, { open, event, rejection, passedOver, lost }: StreamHandlers): () => void {
  const stream = new EventSource(address(path(PATHS.live, { workspace }), { customer }));
  stream.addEventListener("open", open);
  stream.addEventListener("event", (message) => event(read<LiveEvent>(message)));
  stream.addEventListener("rejection", (message) => rejection(read<LiveRejection>(message)));
  stream.addEventListener("passed_over", (message) => passedOver(read<number>(message)));
  stream.addEventListener("error", () => lost(stream.readyState === EventSource.CONNECTING));
  return () => stream.close();
}

export type Connection = "connecting" | "open" | "lost";

export interface Following {
  stop: () => void;
  /** Does not wait any longer. */
  retry: () => void;
}

/** Listens, and begins again when the stream is cut, ever later while that fails. */
export function follow(watched: Watched, { connection, ...handlers }: Omit<StreamHandlers, "open" | "lost"> & { connection: (now: Connection) => void }): Following {
  let again: ReturnType<typeof setTimeout> | undefined;
  let end: (() => void) | undefined;
  let failures = 0;
  const begin = () => {
    end?.();
    clearTimeout(again);
    end = listen(watched, {
      ...handlers,
      open: () => {
        failures = 0;
        connection("open");
      },
      lost: (browserRetries) => {
        connection(browserRetries ? "connecting" : "lost");
        if (browserRetries) return;
        again = setTimeout(begin, Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** failures));
        failures += 1;
      },
    });
  };
  begin();
  return {
    stop: () => {
      end?.();
      clearTimeout(again);
    },
    retry: () => {
      failures = 0;
      connection("connecting");
      begin();
    },
  };
}

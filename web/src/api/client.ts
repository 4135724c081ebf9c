// One door to the server: JSON in, JSON out, failures as `ApiError`. No caching here (see `queries.ts`).
import type { Fault } from "./types";

/** A failure as the server's error envelope tells it, or one of the way to the server. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(
    /** Stable code: `journey_unknown`; `network` where the server did not answer. */
    readonly code: string,
    message: string,
    /** HTTP status; 0 where there was no answer. */
    readonly status: number,
    readonly hint: string | null = null,
    readonly details: Fault[] = [],
    readonly requestId: string | null = null,
    /** When the server takes another try (milliseconds since 1970); null where it does not say. */
    readonly retryAtMs: number | null = null,
  ) {
    super(message);
  }

  /** Whether asking again could help. */
  get retryable(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502;
  }
}

export interface RequestOptions {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  query?: Record<string, string | number | null | undefined>;
  body?: unknown;
  /** A body that is no JSON of ours, as it stands: its media type and its text. */
  text?: { of: string; is: string };
  /** A body of bytes: a piece of a file. */
  bytes?: Blob;
  signal?: AbortSignal;
  /** Names the query, so that its progress can be asked and it can be cancelled. */
  queryId?: string;
}

/** What shows the server that a change comes from the app and not from another site that rides on its cookie. */
let csrf: string | null = null;
let signedOut: () => void = () => undefined;

/** The token of the session that stands; null: there is none, or none is needed. */
export function keepCsrf(token: string | null): void {
  csrf = token;
}

/** `told` is called whenever the server answers that nobody is signed in. */
export function whenSignedOut(told: () => void): void {
  signedOut = told;
}

/** Fills `{name}` in an API path, percent-encoded. */
export function path(template: string, values: Record<string, string>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ""));
}

/** `path` with its query; parameters without a value are left out. */
export function address(base: string, query: RequestOptions["query"] = {}): string {
  const given = Object.entries(query).filter((entry): entry is [string, string | number] => entry[1] != null);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return given.length > 0 ? `${base}?${search}` : base;
}

export async function request<T>(base: string, options: RequestOptions = {}): Promise<T> {
  const answer = await ask(base, options, "application/json");
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

/** A file, and what the server calls it. */
export interface FileAnswer {
  content: Blob;
  name: string | null;
}

/** The same where the answer is a file. */
export async function requestFile(base: string, options: RequestOptions): Promise<FileAnswer> {
  const answer = await ask(base, options, "*/*");
  return { content: await answer.blob(), name: nameIn(answer.headers.get("content-disposition") ?? "") };
}

/** The name in a `Content-Disposition`: the one in UTF-8 before the plain one. */
function nameIn(disposition: string): string | null {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  return encoded === undefined ? (/filename="([^"]+)"/i.exec(disposition)?.[1] ?? null) : decodeURIComponent(encoded);
}

async function ask(base: string, options: RequestOptions, accept: string): Promise<Response> {
  const headers: Record<string, string> = { accept };
  if (options.body !== undefined) headers["content-type"] = "application/json";
  if (options.text) headers["content-type"] = options.text.of;
  if (options.bytes) headers["content-type"] = "application/octet-stream";
  const body = options.bytes ?? options.text?.is ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  if (options.queryId) headers["x-query-id"] = options.queryId;
  const method = options.method ?? (body === undefined ? "GET" : "POST");
  if (csrf !== null && method !== "GET") headers["x-csrf-token"] = csrf;
  let answer: Response;
  try {
    answer = await fetch(address(base, options.query), {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      ...(options.signal ? { signal: options.signal } : {}),
    });
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw new ApiError("network", "the server did not answer", 0);
  }
  if (!answer.ok) {
    const error = await failure(answer);
    if (error.code === "sign_in_required") signedOut();
    throw error;
  }
  return answer;
}

interface Envelope {
  error?: { code?: string; message?: string; hint?: string | null; details?: Fault[]; request_id?: string };
}

async function failure(answer: Response): Promise<ApiError> {
  const envelope = (await answer.json().catch(() => ({}))) as Envelope;
  const error = envelope.error ?? {};
  return new ApiError(
    error.code ?? `http_${answer.status}`,
    error.message ?? answer.statusText,
    answer.status,
    error.hint ?? null,
    error.details ?? [],
    error.request_id ?? answer.headers.get("x-request-id"),
    retryAt(answer.headers.get("retry-after")),
  );
}

/** `Retry-After` in seconds; it may also be a date, of which nothing is made. */
function retryAt(text: string | null): number | null {
  return text !== null && /^\d+$/.test(text) ? Date.now() + Number(text) * 1000 : null;
}

/** An id no other query has. `randomUUID` exists only on https and loopback pages. */
export function newQueryId(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

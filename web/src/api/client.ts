// One door to the server: JSON in, JSON out, failures as `ApiError`. Which paths there are, what each takes and what it answers
// is said by the types made from the API's description. No caching here (see `queries.ts`).
import type { paths } from "./api";
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

export type Verb = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
/** A path as the description writes it, with `{name}` where something is filled in. */
export type ApiPath = keyof paths;
/** The paths at which this can be done. */
interface PathsBy {
  GET: { [Path in ApiPath]: paths[Path] extends { get: object } ? Path : never }[ApiPath];
  POST: { [Path in ApiPath]: paths[Path] extends { post: object } ? Path : never }[ApiPath];
  PUT: { [Path in ApiPath]: paths[Path] extends { put: object } ? Path : never }[ApiPath];
  PATCH: { [Path in ApiPath]: paths[Path] extends { patch: object } ? Path : never }[ApiPath];
  DELETE: { [Path in ApiPath]: paths[Path] extends { delete: object } ? Path : never }[ApiPath];
}
export type PathOf<V extends Verb> = PathsBy[V];
type Operation<Path extends ApiPath, V extends Verb> = paths[Path] extends Record<Lowercase<V>, infer O> ? O : never;

/**
 * As it may be sent. An object of which the description says nothing may have any fields; and since the types made from it do not
 * tell a field that the server fills in from one that it needs, any may be left out.
 */
type Sent<T> = T extends readonly (infer Each)[]
  ? readonly Sent<Each>[]
  : T extends object
    ? string extends keyof T
      ? object
      : { [Field in keyof T]?: Sent<T[Field]> | undefined }
    : T;

type Filled<O> = O extends { parameters: { path: infer Values } } ? { path: { [Name in keyof Values]: string | number } } : { path?: never };
type Queried<O> = O extends { parameters: { query: infer Values } } ? { query: Given<Values> } : O extends { parameters: { query?: infer Values } } ? { query?: Given<NonNullable<Values>> } : { query?: never };
/** Parameters without a value are left out. */
type Given<Values> = { [Name in keyof Values]: Values[Name] | (undefined extends Values[Name] ? null | undefined : never) };
/** The body as JSON; one that is no JSON of ours as it stands, with its media type; or bytes, a piece of a file. */
type Bodied<O> = O extends { requestBody: { content: infer Content } }
  ? Content extends { "application/json": infer Body }
    ? { body: Sent<Body>; text?: never; bytes?: never } | { body?: never; text: { of: keyof Content & string; is: string }; bytes?: never }
    : { body?: never; text?: never; bytes: Blob }
  : O extends { requestBody?: { content: { "application/json": infer Body } } }
    ? { body?: Sent<Body>; text?: never; bytes?: never }
    : { body?: never; text?: never; bytes?: never };

/** What an operation takes. */
export type Asked<Path extends ApiPath, V extends Verb> = Filled<Operation<Path, V>> &
  Queried<Operation<Path, V>> &
  Bodied<Operation<Path, V>> & {
    signal?: AbortSignal;
    /** Names the query, so that its progress can be asked and it can be cancelled. */
    queryId?: string;
  };

type JsonOf<Response> = Response extends { content: { "application/json": infer Answer } } ? Answer : never;
/** What an operation answers; nothing, where it answers without a body. */
export type Answered<Path extends ApiPath, V extends Verb> =
  Operation<Path, V> extends { responses: infer Responses }
    ? JsonOf<Responses[keyof Responses & (200 | 201 | 202)]> extends infer Answer
      ? [Answer] extends [never]
        ? void
        : Answer
      : never
    : never;

/** What is left of an operation once its types are forgotten. */
interface Loose {
  path?: Record<string, string | number>;
  query?: Record<string, unknown>;
  body?: unknown;
  text?: { of: string; is: string };
  bytes?: Blob;
  signal?: AbortSignal;
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
export function path(template: string, values: Record<string, string | number>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ""));
}

/** `path` with its query; parameters without a value are left out. */
export function address(base: string, query: Record<string, unknown> = {}): string {
  const given = Object.entries(query).filter((entry) => entry[1] != null);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return given.length > 0 ? `${base}?${search}` : base;
}

export async function request<V extends Verb, Path extends PathOf<V>>(verb: V, template: Path, asked: Asked<Path, V>): Promise<Answered<Path, V>> {
  const answer = await ask(verb, template, asked as Loose, "application/json");
  return (answer.status === 204 ? undefined : await answer.json()) as Answered<Path, V>;
}

/** A file, and what the server calls it. */
export interface FileAnswer {
  content: Blob;
  name: string | null;
}

/** The same where the answer is a file. */
export async function requestFile<V extends Verb, Path extends PathOf<V>>(verb: V, template: Path, asked: Asked<Path, V>): Promise<FileAnswer> {
  const answer = await ask(verb, template, asked as Loose, "*/*");
  return { content: await answer.blob(), name: nameIn(answer.headers.get("content-disposition") ?? "") };
}

/** The name in a `Content-Disposition`: the one in UTF-8 before the plain one. */
function nameIn(disposition: string): string | null {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  return encoded === undefined ? (/filename="([^"]+)"/i.exec(disposition)?.[1] ?? null) : decodeURIComponent(encoded);
}

async function ask(method: Verb, template: string, options: Loose, accept: string): Promise<Response> {
  const headers: Record<string, string> = { accept };
  if (options.body !== undefined) headers["content-type"] = "application/json";
  if (options.text) headers["content-type"] = options.text.of;
  if (options.bytes) headers["content-type"] = "application/octet-stream";
  const body = options.bytes ?? options.text?.is ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  if (options.queryId) headers["x-query-id"] = options.queryId;
  if (csrf !== null && method !== "GET") headers["x-csrf-token"] = csrf;
  let answer: Response;
  try {
    answer = await fetch(address(path(template, options.path ?? {}), options.query), {
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

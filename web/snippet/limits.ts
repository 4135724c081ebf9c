// How much is kept and sent, and for how long. A module of its own, before anything that runs: only there the build
// puts numbers in the place of their names.

/** Messages in one request: far below the 64 KB a browser lets a leaving page send. */
export const BATCH = 20;
/** Messages kept while the server cannot be reached; the oldest go first. */
export const QUEUE_MAX = 200;
export const WAIT_MS = 1000;
/** 2⁶ seconds: about a minute between two tries, at most. */
export const DOUBLINGS_MAX = 6;

/** Of one page. */
export const ERRORS_MAX = 10;
export const ERROR_TEXT_MAX = 200;

/** How long the cookie stays. */
export const YEAR_S = 31_536_000;

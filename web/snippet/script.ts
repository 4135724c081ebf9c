// The page, and the tag in it that loaded the snippet, with what its author asks for. The browser names the tag only while the snippet first runs.
export const page = document;
export const script = page.currentScript as HTMLScriptElement;
/**
 * `consent`: the visitor must have agreed. `signals`: "do not track" and "global privacy control" of the browser stop
 * everything. `domain`: all its hosts share the cookie; else only this one has it.
 */
export const { key, consent: required, signals, domain = "" } = script.dataset;

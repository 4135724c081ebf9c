// Time zones as people choose them.

/** The zone of the person's own machine. */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Every zone the browser knows, with the person's own and UTC, which browsers leave out. */
export function zones(): string[] {
  return [...new Set([...Intl.supportedValuesOf("timeZone"), ownZone(), "UTC"])].toSorted();
}

// Where the parts of a life lie on its strip: stretches of time side by side, channels below each other.

export interface StripLayout {
  /** Left edge of a stretch. */
  x(bucket: number): number;
  step: number;
  /** The stretch a moment lies in, given where each begins; moments outside belong to the first or last. */
  bucketOf(us: number): number;
  /** Height of the column of so many events. */
  height(events: number): number;
  /** How strong the mark of so many events of one channel is, 0 to 1. */
  strength(events: number): number;
}

/** Height of the columns. */
export const COLUMNS_PX = 40;
/** The weakest mark that is still seen. */
const LEAST = 0.25;

export function stripLayout(starts: readonly number[], totals: readonly number[], lanes: readonly (readonly number[])[], left: number, width: number): StripLayout {
  const step = Math.max(0, width - left) / Math.max(1, starts.length);
  const most = Math.max(1, ...totals);
  const strongest = Math.max(1, ...lanes.flat());
  return {
    step,
    x: (bucket) => left + bucket * step,
    bucketOf: (us) => {
      let [low, high] = [0, starts.length - 1];
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if ((starts[middle] ?? 0) <= us) low = middle;
        else high = middle - 1;
      }
      return Math.max(0, low);
    },
    // A single event beside a day of thousands is seen, too.
    height: (events) => (events === 0 ? 0 : Math.max(2, Math.sqrt(events / most) * COLUMNS_PX)),
    strength: (events) => (events === 0 ? 0 : LEAST + (1 - LEAST) * Math.sqrt(events / strongest)),
  };
}

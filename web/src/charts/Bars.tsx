// Small bars that stand beside their numbers: how stays ended, a share, a share with its interval.

export const ENDS = ["goal", "forward", "back", "leave", "open"] as const;
export type End = (typeof ENDS)[number];

/** How stays ended, as parts of a whole. The numbers stand beside it as text, so it is hidden from readers. */
export function ExitBar({ ends }: { ends: Record<End, number> }) {
  return (
    <div className="exit-bar" aria-hidden>
      {ENDS.filter((end) => ends[end] > 0).map((end) => (
        <span key={end} className={`of-${end}`} style={{ flexGrow: ends[end], flexBasis: 0 }} />
      ))}
    </div>
  );
}

export function ShareBar({ share }: { share: number | null }) {
  return (
    <div className="share-bar" aria-hidden>
      <span style={{ width: `${Math.min(1, Math.max(0, share ?? 0)) * 100}%` }} />
    </div>
  );
}

/** A share on the line from 0 to 1 with its interval. */
export function IntervalBar({ share, low, high }: { share: number; low: number; high: number }) {
  return (
    <div className="interval" aria-hidden>
      <span className="interval-range" style={{ left: `${low * 100}%`, width: `${(high - low) * 100}%` }} />
      <span className="interval-point" style={{ left: `${share * 100}%` }} />
    </div>
  );
}

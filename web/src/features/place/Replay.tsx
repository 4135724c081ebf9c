// One day as it was walked: everybody where they were, and their way there over the last minute and a half. Single walks are
// single people, so this is shown only to who may see customers, and is written into the audit log.
import { Pause, Play } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { askTracks } from "../../api/places";
import type { Floor } from "../../api/types";
import { Button, Picker, Segmented } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { Empty, Failure } from "../../ui/States";
import { FloorPlan, sharp } from "./FloorPlan";
import type { Frame } from "./geometry";
import type { ViewProps } from "./viewProps";
import type { Walk } from "./walks";
import { drawWalks, spanOf, walkOf } from "./walks";

/** Seconds of the day that pass in a second. */
const SPEEDS = [10, 30, 60, 180] as const;
const STEP_MS = 1000;

export function Replay(props: ViewProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { days, view, onChange } = props;
  const day = view.day !== null && days.includes(view.day) ? view.day : days.at(-1);
  // Each reading of the day is one of its own.
  const [run, setRun] = useState(0);
  if (day === undefined) return null;
  return (
    <>
      <div className="place-bar" role="group" aria-label={t("place.show.replay")}>
        <Picker label={t("place.day")} value={day} choices={days.map((id) => ({ id, label: format.day(id) }))} onChange={(chosen) => onChange({ day: chosen })} />
        <span className="sub">{t("place.replay.note")}</span>
      </div>
      <Day key={`${day} ${props.floor.id} ${view.version} ${run}`} {...props} day={day} onAgain={() => setRun(run + 1)} />
    </>
  );
}

interface Loaded {
  walks: Walk[];
  points: number;
  from_us: number;
  gap_ms: number;
  done: boolean;
}

/** Reads the walks of a day page by page; nothing of them outlives the page. */
function useWalks({ workspace, site, floor, view }: ViewProps, day: string): { loaded: Loaded | null; error: unknown; loading: boolean; stop: () => void } {
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [loading, setLoading] = useState(true);
  const abort = useRef<AbortController>(null);
  useEffect(() => {
    const own = new AbortController();
    abort.current = own;
    const read = async () => {
      let sum: Loaded = { walks: [], points: 0, from_us: 0, gap_ms: 0, done: false };
      let after: string | null = null;
      do {
        const page = await askTracks(workspace, site.id, { ...(view.version === null ? {} : { version: view.version }), day, floor: floor.id, after }, own.signal);
        after = page.next ?? null;
        sum = { walks: [...sum.walks, ...page.tracks.map(walkOf)], points: sum.points + page.points, from_us: page.from_us, gap_ms: page.gap_ms, done: after === null };
        setLoaded(sum);
      } while (after !== null);
    };
    read()
      .catch((cause: unknown) => own.signal.aborted || setError(cause))
      .finally(() => abort.current === own && setLoading(false));
    return () => own.abort();
  }, [workspace, site.id, day, floor.id, view.version]);
  return { loaded, error, loading, stop: () => abort.current?.abort() };
}

function Day(props: ViewProps & { day: string; onAgain: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { loaded, error, loading, stop } = useWalks(props, props.day);
  const walks = loaded?.walks ?? [];
  const points = format.whole(loaded?.points ?? 0);
  return (
    <>
      {loading && (
        <div className="progress">
          <span role="status">{t("place.replay.loading", { points, walks: format.whole(walks.length) })}</span>
          <Button onPress={stop}>{t("common.cancel")}</Button>
        </div>
      )}
      {error !== null && <Failure error={error} retry={props.onAgain} />}
      {!loading && error === null && loaded?.done !== true && (
        <div className="progress">
          <span role="status">{t("place.replay.stopped", { points })}</span>
          <Button onPress={props.onAgain}>{t("common.retry")}</Button>
        </div>
      )}
      {loaded?.done === true && walks.length === 0 && <Empty title={t("place.replay.none")} />}
      {loaded && walks.length > 0 && <Player floor={props.floor} loaded={loaded} zone={props.site.time_zone} />}
    </>
  );
}

function Player({ floor, loaded, zone }: { floor: Floor; loaded: Loaded; zone: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const span = useMemo(() => spanOf(loaded.walks), [loaded.walks]) ?? { from: 0, to: 0 };
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<(typeof SPEEDS)[number]>(60);
  const [time, setTime] = useState(span.from);
  const [count, setCount] = useState(0);
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<Frame>(null);
  // A frame is drawn without React; the slider and the clock follow a few times a second.
  const now = useRef(span.from);
  const draw = () => {
    const [surface, at] = [canvas.current, frame.current];
    const drawn = surface && at ? sharp(surface, at.width, at.height) : null;
    if (!surface || !at || !drawn) return 0;
    const style = getComputedStyle(surface);
    return drawWalks(drawn, loaded.walks, now.current, loaded.gap_ms, at, { trail: style.color, head: style.color, edge: style.outlineColor });
  };
  useEffect(() => {
    if (!playing) {
      setCount(draw());
      return undefined;
    }
    let [request, before, told] = [0, performance.now(), 0];
    const step = (moment: number) => {
      now.current = Math.min(span.to, now.current + (moment - before) * speed);
      before = moment;
      const here = draw();
      if (moment - told > 200 || now.current >= span.to) {
        told = moment;
        setTime(now.current);
        setCount(here);
      }
      if (now.current >= span.to) setPlaying(false);
      else request = requestAnimationFrame(step);
    };
    request = requestAnimationFrame(step);
    return () => cancelAnimationFrame(request);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- drawing reads what it needs when it draws
  }, [playing, speed, span.to, loaded.walks, floor]);
  const seek = (to: number) => {
    now.current = to;
    setTime(to);
    setCount(draw());
  };
  const toggle = () => {
    if (!playing && now.current >= span.to) seek(span.from);
    setPlaying(!playing);
  };
  const clockOf = (ms: number) => format.time(loaded.from_us + ms * 1000, zone);
  const said = t("place.replay.now", { time: clockOf(time), count, n: format.whole(count) });
  return (
    <section className="card place-card" aria-label={t("place.show.replay")}>
      <div className="replay-bar">
        <Button look="primary" onPress={toggle}>
          {playing ? <Pause size={14} aria-hidden /> : <Play size={14} aria-hidden />}
          {t(playing ? "place.replay.pause" : "place.replay.play")}
        </Button>
        <Segmented label={t("place.replay.speed")} value={String(speed)} choices={SPEEDS.map((n) => ({ id: String(n), label: `${n}×` }))} onChange={(n) => setSpeed(SPEEDS.find((each) => String(each) === n) ?? 60)} />
        <input
          className="replay-slider"
          type="range"
          min={span.from}
          max={span.to}
          step={STEP_MS}
          value={Math.round(time / STEP_MS) * STEP_MS}
          aria-label={t("place.replay.time")}
          aria-valuetext={said}
          onChange={(event) => seek(Math.min(span.to, Math.max(span.from, Number(event.target.value))))}
        />
        <output className="replay-clock">{said}</output>
      </div>
      <FloorPlan
        floor={floor}
        label={t("place.replay.label")}
        zoneLook={pale}
        over={canvas}
        onFrame={(next) => {
          frame.current = next;
          draw();
        }}
      />
      <p className="place-note">{t("place.replay.of", { walks: format.whole(loaded.walks.length), points: format.whole(loaded.points), from: clockOf(span.from), to: clockOf(span.to) })}</p>
    </section>
  );
}

const pale = () => "pale";

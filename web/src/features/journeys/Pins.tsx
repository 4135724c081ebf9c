// Numbers of analyses pinned to this map: a card a number, in the column of its stage.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { PinOff } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { changeNamedView, namedNumberQuery, namedViewsKey, namedViewsQuery } from "../../api/namedViews";
import type { Headline, KeptNamedView, MapPlace, PinnedNumber } from "../../api/types";
import { useActor } from "../../ui/actor";
import { Allowed } from "../../ui/Allowed";
import { Button } from "../../ui/Controls";
import { useCount } from "../../ui/count";
import { Num } from "../../ui/explain";
import type { Explained } from "../../ui/explain";
import { NOTHING, useFormat } from "../../ui/format";
import type { Format } from "../../ui/format";
import { sentence, useLocalized } from "../../ui/language";
import { Failure } from "../../ui/States";
import { Working } from "../../ui/Working";
import { useFrame } from "./frame";

/** Nothing where nothing was ever pinned to the journey. */
export function PinRow() {
  const { t } = useTranslation();
  const { map, workspace } = useFrame();
  const journey = map.journey.id;
  const client = useQueryClient();
  const list = useQuery(namedViewsQuery(workspace, journey));
  const pins = list.data?.views ?? [];
  const [last, setLast] = useState<{ kept: KeptNamedView; place: MapPlace } | null>(null);
  /** The one that was pinned again, to whose card the focus of the button goes that did it. */
  const [back, setBack] = useState<number | null>(null);
  const move = useMutation({
    mutationFn: ({ kept, place }: { kept: KeptNamedView; place: MapPlace | null }) => {
      const { place: _, ...rest } = kept.named;
      return changeNamedView(workspace, kept, place ? { ...rest, place } : rest);
    },
    onSuccess: (kept, { kept: before, place }) => {
      setLast(place === null && before.named.place ? { kept, place: before.named.place } : null);
      setBack(place === null ? null : kept.id);
    },
    onSettled: () => client.invalidateQueries({ queryKey: namedViewsKey(workspace) }),
  });
  const stages = map.stages.map(({ stage }) => stage);
  if (list.error) {
    return (
      <tr className="pin-row">
        <th scope="row">{t("lane.pinned")}</th>
        <td colSpan={stages.length}>
          <Failure error={list.error} retry={() => void list.refetch()} />
        </td>
      </tr>
    );
  }
  if (pins.length === 0 && last === null) return null;
  const lost = pins.filter(({ named }) => !stages.includes(named.place?.stage ?? ""));
  const cards = (of: readonly KeptNamedView[]) =>
    of.length > 0 && (
      <ul className="lane-cards">
        {of.map((kept) => (
          <PinCard key={kept.id} kept={kept} arrives={kept.id === back} onUnpin={() => move.mutate({ kept, place: null })} />
        ))}
      </ul>
    );
  return (
    <>
      <tr className="pin-row">
        <th scope="row">
          {t("lane.pinned")}
          <span className="row-note">{t("lane.pinned.note")}</span>
        </th>
        {stages.map((stage) => (
          <td key={stage}>{cards(pins.filter(({ named }) => named.place?.stage === stage)) || <span className="visually-hidden">{t("lane.nothing")}</span>}</td>
        ))}
      </tr>
      {(lost.length > 0 || last !== null || move.error) && (
        <tr className="pin-row">
          <th scope="row">{lost.length > 0 ? t("pin.lost") : ""}</th>
          <td colSpan={stages.length}>
            {lost.length > 0 && <p className="sub">{t("pin.lostWhy")}</p>}
            {cards(lost)}
            {last && <Unpinned key={last.kept.id} name={last.kept.named.name} onUndo={() => move.mutate(last)} />}
            {move.error && <Failure error={move.error} />}
          </td>
        </tr>
      )}
    </>
  );
}

/** The card that had the focus is gone. */
function Unpinned({ name, onUndo }: { name: string; onUndo: () => void }) {
  const { t } = useTranslation();
  const undo = useRef<HTMLButtonElement>(null);
  useEffect(() => undo.current?.focus(), []);
  return (
    <p role="status" className="pin-undo">
      {t("pin.unpinned", { name })}
      <Button ref={undo} onPress={onUndo}>
        {t("pin.undo")}
      </Button>
    </p>
  );
}

function PinCard({ kept, arrives, onUnpin }: { kept: KeptNamedView; /** Whether it takes the focus when it comes. */ arrives: boolean; onUnpin: () => void }) {
  const { t } = useTranslation();
  const actor = useActor();
  const format = useFormat();
  const { map, workspace } = useFrame();
  const query = namedNumberQuery(workspace, kept, map.meta.as_of_us);
  const number = useQuery({ ...query, retry: false });
  const { named, changed_by, changed_at_us } = kept;
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (arrives) link.current?.focus();
  }, [arrives]);
  return (
    <li className="lane-card pin-card">
      <p className="pin-name">
        <Link ref={link} to="/w/$workspace/s/$hash" params={{ workspace, hash: named.view }}>
          {named.name}
        </Link>
        <Allowed to="save_views">
          <Button look="quiet" icon aria-label={t("pin.unpin", { name: named.name })} onPress={onUnpin}>
            <PinOff size={14} aria-hidden />
          </Button>
        </Allowed>
      </p>
      {named.place && <Within place={named.place} />}
      <Working asked={number} queryKey={query.queryKey}>
        <div className="skeleton" aria-hidden />
      </Working>
      {number.data && !number.error && <PinnedFigure name={named.name} number={number.data} />}
      {named.note && <p>{named.note}</p>}
      <p className="sub">{t("pin.by", { by: sentence(actor(changed_by)), at: format.dateTime(changed_at_us, map.meta.zone) })}</p>
    </li>
  );
}

/** The touchpoint or lane, where it is not pinned to the stage itself. */
function Within({ place }: { place: MapPlace }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const { map } = useFrame();
  if (place.lane) return <p className="sub">{t("pin.lane", { name: t(`lane.${place.lane}`) })}</p>;
  if (!place.touchpoint) return null;
  const found = map.touchpoints.find(({ touchpoint }) => touchpoint === place.touchpoint);
  return <p className="sub">{t("pin.touchpoint", { name: found ? localized(found.name) : place.touchpoint })}</p>;
}

function valueText(format: Format, { of, value }: Pick<Headline, "of" | "value">): string {
  if (value == null) return NOTHING;
  if (of === "share") return format.percent(value);
  return of === "duration" ? format.duration(value) : format.whole(value);
}

function PinnedFigure({ name, number: { meta, headline, versus } }: { name: string; number: PinnedNumber }) {
  const { t } = useTranslation();
  const format = useFormat();
  const count = useCount();
  const localized = useLocalized();
  const label = localized(headline.label);
  const explain = (): Explained => ({
    title: `${name} · ${label}`,
    value: valueText(format, headline),
    definition: sentence(`${label}: ${localized(meta.definition)}`),
    question: meta.question,
    meta,
    ...(headline.people ? { pick: headline.people.pick } : {}),
  });
  return (
    <>
      <p className="pin-figure">
        <Num explain={explain} of={`${name} · ${label}`} className="strong">
          {valueText(format, headline)}
        </Num>
        <span className="sub" aria-hidden>
          {label}
        </span>
      </p>
      {versus && <Against headline={headline} versus={versus} populationText={localized(versus.meta.population)} />}
      {versus === null && headline.share && <p className="sub">{t("pin.of", { of: count("subjects", headline.share.of) })}</p>}
    </>
  );
}

function Against({ headline, versus, populationText }: { headline: Headline; versus: NonNullable<PinnedNumber["versus"]>; populationText: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const count = useCount();
  const { difference } = versus;
  const { of, value } = versus.headline;
  const against = t("pin.against", { other: of === "people" && value != null ? count("subjects", value) : valueText(format, versus.headline), who: populationText });
  if (difference == null) return <p className="sub">{against}</p>;
  const size = headline.of === "share" ? format.points(difference) : `${difference > 0 ? "+" : difference < 0 ? "−" : ""}${valueText(format, { of: headline.of, value: Math.abs(difference) })}`;
  return (
    <p className="sub">
      <span className="delta">
        <span className="mark" aria-hidden>
          {difference > 0 ? "▲" : difference < 0 ? "▼" : "＝"}
        </span>
        {size}
      </span>{" "}
      {against}
    </p>
  );
}

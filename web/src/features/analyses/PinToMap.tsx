// Pins the answer to a place of a journey's map: its number stands there from now on, computed anew with the map.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check, Pin } from "lucide-react";
import type { FormEvent } from "react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { createNamedView, namedViewsKey } from "../../api/namedViews";
import { journeyQuery, journeysQuery, saveView } from "../../api/queries";
import type { Journey, Lane, MapPlace, WorkspaceInfo } from "../../api/types";
import { Button, Picker } from "../../ui/Controls";
import { Drawer } from "../../ui/Drawer";
import { TextField, focusFault } from "../../ui/Fields";
import { useLocalized } from "../../ui/language";
import { LANES } from "../../ui/lanes";
import { Failure } from "../../ui/States";
import { storedForm } from "./view";
import type { AskedView } from "./view";
import { asksOf, fixedView } from "./viewAsks";

interface Props {
  /** The workspace with the zone that is asked in. */
  place: WorkspaceInfo;
  view: AskedView;
}

export function PinToMap(props: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onPress={() => setOpen(true)} aria-haspopup="dialog">
        <Pin size={14} aria-hidden />
        {t("verb.pin")}
      </Button>
      {open && (
        <Drawer title={t("verb.pin")} onClose={() => setOpen(false)}>
          <PinForm {...props} />
        </Drawer>
      )}
    </>
  );
}

/** What of a stage it is pinned to: the stage itself, a touchpoint, or the cell of a lane. */
type Within = "stage" | `touchpoint:${string}` | `lane:${Lane}`;

function PinForm({ place: workspace, view }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const localized = useLocalized();
  const journeys = useQuery(journeysQuery(workspace.id));
  const own = "unit" in view && view.unit.of === "journey" ? view.unit.journey : null;
  const [journey, setJourney] = useState(own);
  const [stage, setStage] = useState<string | null>(null);
  const [within, setWithin] = useState<Within>("stage");
  const [name, setName] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const [tried, setTried] = useState(false);
  const list = journeys.data?.journeys ?? [];
  const to = journey ?? list[0]?.id ?? null;
  const definition = useQuery({ ...journeyQuery(workspace.id, to ?? "", null), enabled: to !== null });
  const stages = definition.data?.journey.stages ?? [];
  const at = stages.find(({ id }) => id === stage) ?? stages[0];
  const title = name ?? t(`analysis.${view.kind}`);
  const pin = useMutation({
    mutationFn: async (where: MapPlace) => {
      const kept = fixedView(view, workspace);
      const asks = asksOf(kept, workspace);
      const { hash } = await saveView(workspace.id, storedForm(kept));
      return createNamedView(workspace.id, { name: title.trim(), view: hash, place: where, ...(note.trim() ? { note: note.trim() } : {}), ...(asks ? { asks } : {}) });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: namedViewsKey(workspace.id) }),
  });
  if (pin.data && to !== null) return <Pinned workspace={workspace.id} journey={to} name={pin.data.named.name} />;
  if (journeys.data && list.length === 0) return <p>{t("pin.noJourney")}</p>;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTried(true);
    if (title.trim() === "") return focusFault(event.currentTarget);
    if (to === null || !at) return;
    pin.mutate({ journey: to, stage: at.id, ...placeWithin(within) });
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      <Picker
        label={t("pin.journey")}
        value={to ?? ""}
        choices={list.map((each) => ({ id: each.id, label: localized(each.name) }))}
        onChange={(id) => {
          setJourney(id);
          setStage(null);
          setWithin("stage");
        }}
      />
      <Picker
        label={t("pin.stage")}
        value={at?.id ?? ""}
        choices={stages.map((each) => ({ id: each.id, label: localized(each.name) }))}
        onChange={(id) => {
          setStage(id);
          setWithin("stage");
        }}
      />
      {at && <WithinPicker stage={at} within={within} onChange={setWithin} />}
      <TextField label={t("pin.name")} value={title} onChange={setName} required fault={tried && title.trim() === "" ? t("form.needed") : undefined} />
      <TextField label={t("pin.note")} value={note} onChange={setNote} lines={3} />
      {journeys.error && <Failure error={journeys.error} retry={() => void journeys.refetch()} />}
      {definition.error && <Failure error={definition.error} retry={() => void definition.refetch()} />}
      {pin.error && <Failure error={pin.error} />}
      <div className="form-actions">
        <Button type="submit" look="primary" isDisabled={!at || pin.isPending}>
          {t(pin.isPending ? "form.saving" : "pin.do")}
        </Button>
      </div>
      <p className="sub">{t(view.period.kind === "last" ? "pin.howFixed" : "pin.how")}</p>
    </form>
  );
}

function placeWithin(within: Within): Pick<MapPlace, "touchpoint" | "lane"> {
  if (within.startsWith("touchpoint:")) return { touchpoint: within.slice("touchpoint:".length) };
  return within === "stage" ? {} : { lane: within.slice("lane:".length) as Lane };
}

function WithinPicker({ stage, within, onChange }: { stage: Journey["stages"][number]; within: Within; onChange: (within: Within) => void }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const choices: { id: Within; label: string }[] = [
    { id: "stage", label: t("pin.whole") },
    ...(stage.touchpoints ?? []).map(({ id, name }) => ({ id: `touchpoint:${id}` as const, label: t("pin.touchpoint", { name: localized(name) }) })),
    ...LANES.map((lane) => ({ id: `lane:${lane}` as const, label: t("pin.lane", { name: t(`lane.${lane}`) }) })),
  ];
  return <Picker label={t("pin.within")} value={within} choices={choices} onChange={onChange} />;
}

/** The form is gone, and with it the button that had the focus: it goes to what comes next. */
function Pinned({ workspace, journey, name }: { workspace: string; journey: string; name: string }) {
  const { t } = useTranslation();
  const next = useRef<HTMLAnchorElement>(null);
  useEffect(() => next.current?.focus(), []);
  return (
    <div className="keep-done">
      <p role="status">
        <Check size={16} aria-hidden /> {t("pin.done", { name })}
      </p>
      <Link ref={next} className="button button-primary" to="/w/$workspace/journeys/$journey" params={{ workspace, journey }} search={{}}>
        {t("pin.open")}
      </Link>
    </div>
  );
}

// Saves a group of people that the answer counts as a segment. Before it is saved the segment is counted as of the answer's
// moment, so that one sees that it is the same people.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check, UserRoundPlus } from "lucide-react";
import type { FormEvent } from "react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { saveSegment, segmentsQuery, sizeQuery } from "../../api/segments";
import type { Meta, WorkspaceInfo } from "../../api/types";
import { Button, Picker } from "../../ui/Controls";
import { Drawer } from "../../ui/Drawer";
import { TextField, focusFault } from "../../ui/Fields";
import { useFormat } from "../../ui/format";
import { KEY, keyOf } from "../../ui/keys";
import { useLocalized } from "../../ui/language";
import { Failure, Progress } from "../../ui/States";
import { useCalendarWords } from "./calendarWords";
import type { Savable } from "./savable";
import { savableOf } from "./savable";
import { isOfStretch } from "./savableOverTime";
import type { Calendar } from "./timeViews";
import type { AskedView } from "./view";
import { useWithinWindow } from "./windowWords";

interface Props {
  workspace: WorkspaceInfo;
  view: AskedView;
  /** The workspace with the zone that is asked in. */
  place: WorkspaceInfo;
  answer: { meta: Meta };
  label?: (name: string) => string;
}

export function SaveSegment(props: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const found = savableOf(props.view, props.answer, props.place);
  if (found.length === 0) return null;
  return (
    <>
      <Button onPress={() => setOpen(true)} aria-haspopup="dialog">
        <UserRoundPlus size={14} aria-hidden />
        {t("verb.segment")}
      </Button>
      {open && (
        <Drawer title={t("verb.segment")} onClose={() => setOpen(false)}>
          <SaveForm {...props} found={found} />
        </Drawer>
      )}
    </>
  );
}

/** What the stretches of time are that an analysis tells apart. */
function stretchOf(view: AskedView): Calendar {
  if (view.kind === "stickiness") return view.per;
  if (view.kind === "retention") return view.cohort ?? view.calendar;
  return view.kind === "lifecycle" ? view.calendar : "day";
}

function useWords({ view, label = (name) => name }: Pick<Props, "view" | "label">): (one: Savable) => string {
  const { t } = useTranslation();
  const localized = useLocalized();
  const within = useWithinWindow();
  const calendar = useCalendarWords();
  const stretch = stretchOf(view);
  const window = view.kind === "funnel" ? within(view.window) : "";
  return ({ is, names, ...rest }) => {
    const [first = "", second = ""] = names.map(label);
    if (is === "everyone") return t("keep.everyone");
    if (is === "rfm") return t(`rfm.${names[0] as "important_value"}`);
    if (is === "overlap" || is === "only") return t(`keep.${is}`, { names: names.map((name) => localized(label(name))).join(" ∩ ") });
    if (is === "reached") return rest.key === "reached-0" ? t("keep.did", { first }) : t("keep.reached", { first, within: window }).trim();
    if (is === "stopped") return t("keep.stopped", { first, second, within: window }).trim();
    if (isOfStretch(is)) return t(`keep.${is}`, { first: calendar.spoken(first, stretch), second });
    return t(`keep.${is}`, { first });
  };
}

function SaveForm({ workspace, view, answer, label, found }: Props & { found: Savable[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const client = useQueryClient();
  const words = useWords({ view, ...(label ? { label } : {}) });
  const [chosen, setChosen] = useState(found[0]?.key ?? "");
  const [typed, setTyped] = useState<string | null>(null);
  const [key, setKey] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const list = useQuery(segmentsQuery(workspace.id));
  const taken = (list.data?.segments ?? []).map(({ segment }) => segment.id);
  const one = found.find((each) => each.key === chosen) ?? found[0];
  const name = typed ?? (one ? words(one) : "");
  const id = key ?? keyOf(name, taken, "segment");
  const counting = sizeQuery(workspace.id, one ? [{ id: "preview", name: t("segments.preview"), who: one.who }] : [], null, answer.meta.as_of_us);
  const counted = useQuery({ ...counting, enabled: one !== undefined, retry: false });
  const [size] = counted.isPlaceholderData ? [] : (counted.data?.segments ?? []);
  const same = size !== undefined && one !== undefined && size.members.customers === one.customers;
  const faults = {
    name: name.trim() === "" ? t("form.needed") : undefined,
    key: !KEY.test(id) ? t("segments.keyHow") : taken.includes(id) ? t("segments.keyTaken") : undefined,
  };
  const save = useMutation({
    mutationFn: (segment: { id: string; name: string; who: Savable["who"] }) => saveSegment(workspace.id, segment, 0, ""),
    onSuccess: () => client.invalidateQueries({ queryKey: ["segments", workspace.id] }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTried(true);
    if (!one || !same || faults.name || faults.key) return focusFault(event.currentTarget);
    save.mutate({ id, name: name.trim(), who: one.who });
  };
  if (save.data && save.variables) return <Kept workspace={workspace.id} segment={save.variables.id} name={save.variables.name} />;
  return (
    <form className="form" onSubmit={submit} noValidate>
      <Picker
        label={t("keep.who")}
        value={one?.key ?? ""}
        choices={found.map((each) => ({ id: each.key, label: words(each), note: format.whole(each.customers) }))}
        onChange={(next) => {
          setChosen(next);
          setTyped(null);
        }}
      />
      <div className="keep-check" role="status">
        {counted.isFetching && <Progress key={JSON.stringify(counting.queryKey)} queryKey={counting.queryKey} />}
        {one && size && (
          <p className={same ? "keep-same" : "form-fault"}>
            {same ? t("keep.same", { n: format.whole(one.customers) }) : t("keep.differs", { shown: format.whole(one.customers), n: format.whole(size.members.customers) })}
          </p>
        )}
        {size && <p className="sub">{localized(size.definition)}</p>}
      </div>
      {counted.error && <Failure error={counted.error} retry={() => void counted.refetch()} />}
      <TextField label={t("segments.name")} value={name} onChange={setTyped} required fault={tried ? faults.name : undefined} />
      <TextField label={t("segments.key")} value={id} onChange={setKey} fault={tried ? faults.key : undefined} hint={t("segments.keyHint")} />
      {save.error && <Failure error={save.error} />}
      <div className="form-actions">
        <Button type="submit" look="primary" isDisabled={!same || save.isPending}>
          {t(save.isPending ? "form.saving" : "segments.save")}
        </Button>
      </div>
      <p className="sub">{t("keep.moves")}</p>
    </form>
  );
}

/** The form is gone, and with it the button that had the focus: it goes to what comes next. */
function Kept({ workspace, segment, name }: { workspace: string; segment: string; name: string }) {
  const { t } = useTranslation();
  const next = useRef<HTMLAnchorElement>(null);
  useEffect(() => next.current?.focus(), []);
  return (
    <div className="keep-done">
      <p role="status">
        <Check size={16} aria-hidden /> {t("keep.done", { name })}
      </p>
      <Link ref={next} className="button button-primary" to="/w/$workspace/segments/$segment" params={{ workspace, segment }} search={{}}>
        {t("keep.open")}
      </Link>
    </div>
  );
}

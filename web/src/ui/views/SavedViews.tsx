// Views with a name, for everyone in the workspace: saved, opened, renamed, deleted, and brought back. The focus of a button
// that goes away goes to what comes next.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Bookmark, Check, Pencil, Pin, Trash2, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Dialog, DialogTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { changeNamedView, createNamedView, deleteNamedView, namedViewsKey, namedViewsQuery } from "../../api/namedViews";
import { saveView } from "../../api/queries";
import type { KeptNamedView, NamedView } from "../../api/types";
import { Allowed } from "../Allowed";
import { Ask } from "../Ask";
import { Button } from "../Controls";
import { TextField } from "../Fields";
import { useMay } from "../rights";
import { Failure } from "../States";
import "./views.css";

interface Props {
  workspace: string;
  /** The page as it is seen, to be stored. Nothing in it may name a customer. */
  stored: () => object;
  /** What makes it a number elsewhere. */
  asks?: NamedView["asks"];
}

export function SavedViews(props: Props) {
  const { t } = useTranslation();
  const title = t(useMay()("save_views") ? "saved.title" : "saved.list");
  return (
    <DialogTrigger>
      <Button>
        <Bookmark size={14} aria-hidden />
        {title}
      </Button>
      <Popover className="popover" offset={4} placement="bottom end">
        <Dialog className="saved" aria-label={title}>
          <Saved {...props} />
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

function Saved({ workspace, stored, asks }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const list = useQuery(namedViewsQuery(workspace));
  const [name, setName] = useState("");
  const [said, setSaid] = useState("");
  const [gone, setGone] = useState<KeptNamedView | null>(null);
  const [asking, setAsking] = useState<KeptNamedView | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const change = useMutation({
    mutationFn: ({ act }: { act: () => Promise<unknown>; say: string }) => act(),
    onSuccess: (_, { say }) => setSaid(say),
    onError: () => setSaid(""),
    onSettled: () => client.invalidateQueries({ queryKey: namedViewsKey(workspace) }),
  });
  const save = async () => {
    const { hash } = await saveView(workspace, stored());
    await createNamedView(workspace, { name: name.trim(), view: hash, ...(asks ? { asks } : {}) });
    setName("");
    field.current?.focus();
  };
  const remove = async (kept: KeptNamedView) => {
    await deleteNamedView(workspace, kept.id);
    setAsking(null);
    setGone(kept);
  };
  const views = list.data?.views ?? [];
  return (
    <>
      <Allowed to="save_views">
        <form
          className="saved-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim() !== "") change.mutate({ act: save, say: t("saved.done") });
          }}
        >
          <TextField ref={field} label={t("saved.name")} value={name} onChange={setName} />
          <Button type="submit" look="primary" isDisabled={name.trim() === "" || change.isPending}>
            {t("saved.save")}
          </Button>
        </form>
      </Allowed>
      <p role="status" className="sub">
        {said || t("saved.where")}
      </p>
      {gone && (
        <Undo
          key={gone.id}
          name={gone.named.name}
          onUndo={() => {
            const back = async () => {
              await createNamedView(workspace, gone.named);
              setGone(null);
              field.current?.focus();
            };
            change.mutate({ act: back, say: t("saved.back", { name: gone.named.name }) });
          }}
        />
      )}
      {change.error && !asking && <Failure error={change.error} />}
      {list.error && <Failure error={list.error} retry={() => void list.refetch()} />}
      {views.length > 0 && (
        <ul className="saved-list" aria-label={t("saved.list")}>
          {views.map((kept) => (
            <Row
              key={kept.id}
              workspace={workspace}
              kept={kept}
              onRename={(to, done) => change.mutate({ act: () => changeNamedView(workspace, kept, { ...kept.named, name: to }), say: t("saved.renamed", { name: to }) }, { onSuccess: done })}
              onRemove={() => {
                change.reset();
                setAsking(kept);
              }}
            />
          ))}
        </ul>
      )}
      {asking && (
        <Ask
          title={t("saved.removeAsk", { name: asking.named.name })}
          action={t("saved.removeDo")}
          run={{ ...change, mutate: () => change.mutate({ act: () => remove(asking), say: t("saved.removed", { name: asking.named.name }) }) }}
          onClose={() => {
            setAsking(null);
            change.reset();
          }}
        >
          <p>{t(asking.named.place ? "saved.removePinned" : "saved.removeWhat")}</p>
        </Ask>
      )}
    </>
  );
}

/** The row that had the focus is gone. */
function Undo({ name, onUndo }: { name: string; onUndo: () => void }) {
  const { t } = useTranslation();
  const button = useRef<HTMLButtonElement>(null);
  // Once the dialog that asked has given the focus back.
  useEffect(() => {
    const frame = requestAnimationFrame(() => button.current?.focus());
    return () => cancelAnimationFrame(frame);
  }, []);
  return (
    <Button ref={button} onPress={onUndo}>
      {t("saved.undo", { name })}
    </Button>
  );
}

/** Pages other than analyses, as stored views call them. */
const PAGES = { journey_map: "nav.journeys", site: "nav.sites", pains: "nav.pains", customers: "nav.customers" } as const;

/** What a view is of; where there is no word for it, as it is stored. */
function useKindName(): (kind: string) => string {
  const { t, i18n } = useTranslation();
  return (kind) => (kind in PAGES ? t(PAGES[kind as keyof typeof PAGES]) : i18n.exists(`analysis.${kind}`) ? t(`analysis.${kind}` as "analysis.funnel") : kind);
}

interface RowProps {
  workspace: string;
  kept: KeptNamedView;
  /** `done`: it is called so now. */
  onRename: (name: string, done: () => void) => void;
  onRemove: () => void;
}

function Row({ workspace, kept, onRename, onRemove }: RowProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<string | null>(null);
  const { named, kind } = kept;
  const kindName = useKindName();
  const renaming = typed !== null;
  const field = useRef<HTMLInputElement>(null);
  const pencil = useRef<HTMLButtonElement>(null);
  const before = useRef(renaming);
  useEffect(() => {
    if (before.current !== renaming) (renaming ? field : pencil).current?.focus();
    before.current = renaming;
  }, [renaming]);
  const close = () => setTyped(null);
  if (typed !== null) {
    return (
      <li>
        <form
          className="saved-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (typed.trim() === named.name) close();
            else if (typed.trim() !== "") onRename(typed.trim(), close);
          }}
        >
          <TextField ref={field} label={t("saved.newName", { name: named.name })} value={typed} onChange={setTyped} onEscape={close} />
          <Button type="submit" icon aria-label={t("saved.rename", { name: named.name })}>
            <Check size={14} aria-hidden />
          </Button>
          <Button look="quiet" icon aria-label={t("common.cancel")} onPress={close}>
            <X size={14} aria-hidden />
          </Button>
        </form>
      </li>
    );
  }
  return (
    <li>
      <Link to="/w/$workspace/s/$hash" params={{ workspace, hash: named.view }}>
        {named.name}
      </Link>
      {named.place && (
        <span className="sub">
          <Pin size={12} aria-hidden />
          <span className="visually-hidden">{t("pin.pinned")}</span>
        </span>
      )}
      <span className="sub">{kindName(kind)}</span>
      <Allowed to="save_views">
        <Button ref={pencil} look="quiet" icon aria-label={t("saved.rename", { name: named.name })} onPress={() => setTyped(named.name)}>
          <Pencil size={14} aria-hidden />
        </Button>
        <Button look="quiet" icon aria-label={t("saved.remove", { name: named.name })} aria-haspopup="dialog" onPress={onRemove}>
          <Trash2 size={14} aria-hidden />
        </Button>
      </Allowed>
    </li>
  );
}

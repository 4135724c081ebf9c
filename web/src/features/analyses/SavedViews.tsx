// Views with a name, for everyone in the workspace: saved, opened, renamed, deleted, and brought back.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Bookmark, Check, Pencil, Pin, X } from "lucide-react";
import { useState } from "react";
import { Dialog, DialogTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { changeNamedView, createNamedView, deleteNamedView, namedViewsKey, namedViewsQuery } from "../../api/namedViews";
import { saveView } from "../../api/queries";
import type { KeptNamedView, WorkspaceInfo } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { Button } from "../../ui/Controls";
import { TextField } from "../../ui/Fields";
import { useMay } from "../../ui/rights";
import { Failure } from "../../ui/States";
import type { AnalysisView } from "./view";
import { isKind, storedForm } from "./view";
import { asksOf } from "./viewAsks";

interface Props {
  /** With the zone that is asked in. */
  workspace: WorkspaceInfo;
  view: AnalysisView;
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

function Saved({ workspace, view }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const list = useQuery(namedViewsQuery(workspace.id));
  const [name, setName] = useState("");
  const [said, setSaid] = useState("");
  const [gone, setGone] = useState<KeptNamedView | null>(null);
  const change = useMutation({
    mutationFn: ({ act }: { act: () => Promise<unknown>; say: string }) => act(),
    onSuccess: (_, { say }) => setSaid(say),
    onError: () => setSaid(""),
    onSettled: () => client.invalidateQueries({ queryKey: namedViewsKey(workspace.id) }),
  });
  const save = async () => {
    const { hash } = await saveView(workspace.id, storedForm(view));
    // A rolling period keeps rolling when the view is opened; it has no question that stays the same.
    const rolls = view.kind !== "sql" && view.period.kind === "last";
    const asks = rolls ? null : asksOf(view, workspace);
    await createNamedView(workspace.id, { name: name.trim(), view: hash, ...(asks ? { asks } : {}) });
    setName("");
  };
  const remove = async (kept: KeptNamedView) => {
    await deleteNamedView(workspace.id, kept.id);
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
          <TextField label={t("saved.name")} value={name} onChange={setName} />
          <Button type="submit" look="primary" isDisabled={name.trim() === "" || change.isPending}>
            {t("saved.save")}
          </Button>
        </form>
      </Allowed>
      <p role="status" className="sub">
        {said || t("saved.where")}
      </p>
      {gone && (
        <Button
          onPress={() => {
            const back = async () => {
              await createNamedView(workspace.id, gone.named);
              setGone(null);
            };
            change.mutate({ act: back, say: t("saved.back", { name: gone.named.name }) });
          }}
        >
          {t("saved.undo", { name: gone.named.name })}
        </Button>
      )}
      {change.error && <Failure error={change.error} />}
      {list.error && <Failure error={list.error} retry={() => void list.refetch()} />}
      {views.length > 0 && (
        <ul className="saved-list" aria-label={t("saved.list")}>
          {views.map((kept) => (
            <Row
              key={kept.id}
              workspace={workspace.id}
              kept={kept}
              onRename={(to) => change.mutate({ act: () => changeNamedView(workspace.id, kept, { ...kept.named, name: to }), say: t("saved.renamed", { name: to }) })}
              onRemove={() => change.mutate({ act: () => remove(kept), say: t("saved.removed", { name: kept.named.name }) })}
            />
          ))}
        </ul>
      )}
    </>
  );
}

interface RowProps {
  workspace: string;
  kept: KeptNamedView;
  onRename: (name: string) => void;
  onRemove: () => void;
}

function Row({ workspace, kept, onRename, onRemove }: RowProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<string | null>(null);
  const { named, kind } = kept;
  if (typed !== null) {
    return (
      <li>
        <form
          className="saved-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (typed.trim() === "") return;
            if (typed.trim() !== named.name) onRename(typed.trim());
            setTyped(null);
          }}
        >
          <TextField label={t("saved.newName", { name: named.name })} value={typed} onChange={setTyped} />
          <Button type="submit" icon aria-label={t("saved.rename", { name: named.name })}>
            <Check size={14} aria-hidden />
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
      <span className="sub">{isKind(kind) ? t(`analysis.${kind}`) : kind}</span>
      <Allowed to="save_views">
        <Button look="quiet" icon aria-label={t("saved.rename", { name: named.name })} onPress={() => setTyped(named.name)}>
          <Pencil size={14} aria-hidden />
        </Button>
        <Button look="quiet" icon aria-label={t("saved.remove", { name: named.name })} onPress={onRemove}>
          <X size={14} aria-hidden />
        </Button>
      </Allowed>
    </li>
  );
}

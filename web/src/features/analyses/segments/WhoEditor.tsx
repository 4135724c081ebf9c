// Who the members of a segment are, as groups of tests within each other. Everything is a button: added, removed, moved,
// turned round; nothing needs to be dragged.
import { ArrowDown, ArrowUp, FolderPlus, Plus, X } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { WorkspaceInfo } from "../../../api/types";
import { Button, Segmented } from "../../../ui/Controls";
import { TestEditor } from "./TestEditor";
import { DEPTH_MAX, TESTS_MAX, append, blank, countTests, isComplete, isGroup, moved, put } from "./who";
import type { GroupNode, Node, Place } from "./who";

interface Props {
  workspace: WorkspaceInfo;
  own: string | null;
  tree: GroupNode;
  onChange: (tree: GroupNode) => void;
}

export function WhoEditor(props: Props) {
  const { tree } = props;
  return <GroupEditor {...props} group={tree} place={[]} full={countTests(tree) >= TESTS_MAX} />;
}

interface Inner extends Props {
  place: Place;
  full: boolean;
}

/** 「2.1」: where something stands, for those who hear it. */
const where = (place: Place) => place.map((index) => index + 1).join(".");

function GroupEditor({ group, ...props }: Inner & { group: GroupNode }) {
  const { t } = useTranslation();
  const { tree, place, onChange, full } = props;
  const isRoot = place.length === 0;
  const name = isRoot ? t("who.root") : t("who.groupN", { n: where(place) });
  const set = (next: GroupNode) => onChange(put(tree, place, next));
  return (
    <fieldset className={isRoot ? "who-group" : "who-group who-inner"} aria-label={name}>
      <div className="who-head">
        <Segmented
          label={t("who.join", { of: name })}
          value={group.join}
          choices={(["all", "any"] as const).map((id) => ({ id, label: t(`who.${id}`) }))}
          onChange={(join) => set({ ...group, join })}
        />
        <Not of={name} not={group.not} onChange={(not) => set({ ...group, not })} />
        {!isRoot && <Moves {...props} name={name} />}
      </div>
      <ul className="who-items">
        {group.items.map((item, index) => (
          <li key={`${index} ${group.items.length}`} className="who-item">
            {index > 0 && <span className="who-joined">{t(`who.${group.join}.between`)}</span>}
            <ItemEditor {...props} item={item} place={[...place, index]} />
          </li>
        ))}
      </ul>
      <div className="who-add">
        <Button isDisabled={full} onPress={() => onChange(append(tree, place, { not: false, test: blank("did") }))}>
          <Plus size={14} aria-hidden />
          {t("who.add")}
          {!isRoot && <span className="visually-hidden">{name}</span>}
        </Button>
        {place.length < DEPTH_MAX - 1 && (
          <Button
            look="quiet"
            isDisabled={full}
            onPress={() => onChange(append(tree, place, { not: false, join: group.join === "all" ? "any" : "all", items: [{ not: false, test: blank("did") }] }))}
          >
            <FolderPlus size={14} aria-hidden />
            {t("who.addGroup")}
            {!isRoot && <span className="visually-hidden">{name}</span>}
          </Button>
        )}
      </div>
    </fieldset>
  );
}

function ItemEditor({ item, ...props }: Inner & { item: Node }) {
  const { t } = useTranslation();
  if (isGroup(item)) return <GroupEditor {...props} group={item} />;
  const { tree, place, workspace, own, onChange } = props;
  const name = t("who.testN", { n: where(place) });
  const set = (next: Node) => onChange(put(tree, place, next));
  return (
    <div className={isComplete(item.test) ? "who-test" : "who-test who-unfinished"} role="group" aria-label={name}>
      <Not of={name} not={item.not} onChange={(not) => set({ ...item, not })} />
      <TestEditor workspace={workspace} own={own} test={item.test} onChange={(test) => set({ ...item, test })} />
      <Moves {...props} name={name} />
    </div>
  );
}

function Not({ of, not, onChange }: { of: string; not: boolean; onChange: (not: boolean) => void }) {
  const { t } = useTranslation();
  return (
    <Segmented
      label={t("who.turn", { of })}
      value={not ? "not" : "is"}
      choices={(["is", "not"] as const).map((id) => ({ id, label: t(`who.${id}`) }))}
      onChange={(id) => onChange(id === "not")}
    />
  );
}

function Moves({ tree, place, onChange, name }: Inner & { name: string }) {
  const { t } = useTranslation();
  const index = place.at(-1) ?? 0;
  const parent = place.slice(0, -1).reduce<Node>((node, at) => (isGroup(node) ? (node.items[at] ?? node) : node), tree);
  const count = isGroup(parent) ? parent.items.length : 1;
  return (
    <span className="editor-move">
      <Button look="quiet" icon aria-label={t("who.up", { of: name })} isDisabled={index === 0} onPress={() => onChange(moved(tree, place, -1))}>
        <ArrowUp size={14} aria-hidden />
      </Button>
      <Button look="quiet" icon aria-label={t("who.down", { of: name })} isDisabled={index === count - 1} onPress={() => onChange(moved(tree, place, 1))}>
        <ArrowDown size={14} aria-hidden />
      </Button>
      <Button look="quiet" icon aria-label={t("who.remove", { of: name })} isDisabled={count === 1 && place.length === 1} onPress={() => onChange(put(tree, place, null))}>
        <X size={14} aria-hidden />
      </Button>
    </span>
  );
}

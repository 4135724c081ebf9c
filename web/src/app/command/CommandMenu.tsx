// The command menu: what was used lately, then everything that is called as somebody types; customers by name or
// identifier. It is worked by the keyboard alone: the focus stays in the field and the list follows it.
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { User } from "lucide-react";
import { useEffect, useState } from "react";
import { Autocomplete, Dialog, Header, Input, ListBox, ListBoxItem, ListBoxSection, Modal, ModalOverlay, TextField } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { signOut } from "../../api/access";
import { meantCustomersQuery } from "../../api/customers";
import type { WorkspaceInfo } from "../../api/types";
import { useFormat } from "../../ui/format";
import { identifiersText } from "../../ui/identifiers";
import { Failure } from "../../ui/States";
import type { Readings } from "../../ui/readings";
import { useOpenPages } from "../pages";
import { useEntries } from "./entries";
import type { Entry } from "./entries";
import { find } from "./match";
import { forgetRecent, recentIds, remember } from "./recent";
import "./command.css";

interface Props {
  workspace: WorkspaceInfo | undefined;
  workspaces: readonly WorkspaceInfo[];
  onKeys: () => void;
  onClose: () => void;
}

/** More nobody reads; another letter makes it fewer. */
const SHOWN_MAX = 50;
/** Customers are asked for when nothing was typed for this long. */
const SETTLED_MS = 250;
/** One letter means too many people; one character of a name does not. */
const LONG_ENOUGH = /..|\P{ASCII}/u;
const CUSTOMERS_MAX = 8;
const NO_READINGS: Readings = new Map();

export default function CommandMenu({ workspace, workspaces, onKeys, onClose }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const [typed, setTyped] = useState("");
  const [recent] = useState(recentIds);
  const readings = useReadings();
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      forgetRecent();
      location.assign("/sign-in");
    },
  });
  const entries = useEntries({ workspace, workspaces, onKeys, onLeave: () => leave.mutate() });
  const customers = useCustomers(workspace?.id, typed);
  const sections = typed.trim() === "" ? atFirst(entries, recent) : [{ id: "found" as const, entries: find(typed, entries, recent, readings).slice(0, SHOWN_MAX) }, { id: "customers" as const, entries: customers }];
  const shown = sections.filter((section) => section.entries.length > 0);
  const count = shown.reduce((sum, section) => sum + section.entries.length, 0);
  const run = (id: unknown) => {
    const entry = shown.flatMap((section) => section.entries).find((each) => each.id === id);
    if (!entry) return;
    if (!entry.passing) remember(entry.id);
    if (!entry.stays) onClose();
    entry.run();
  };
  return (
    <ModalOverlay className="scrim command-scrim" isDismissable isOpen onOpenChange={(open) => !open && onClose()}>
      <Modal className="command-menu">
        <Dialog className="command-body" aria-label={t("command.title")}>
          {/* What an input method is told while it composes is not for the list. */}
          <div
            className="command-whole"
            onKeyDownCapture={(event) => {
              if (event.nativeEvent.isComposing || event.keyCode === COMPOSING) event.stopPropagation();
            }}
          >
            <Autocomplete inputValue={typed} onInputChange={setTyped}>
              {/* The menu opens on request, in a dialog: its focus belongs in the field. */}
              {/* oxlint-disable-next-line jsx-a11y/no-autofocus */}
              <TextField className="command-field" aria-label={t("command.title")} autoFocus>
                {/* The list it controls is named by the Autocomplete around it. */}
                {/* oxlint-disable-next-line jsx-a11y/role-has-required-aria-props */}
                <Input role="combobox" aria-expanded className="command-input" placeholder={t("command.placeholder")} autoComplete="off" spellCheck={false} />
              </TextField>
              <ListBox className="command-list" aria-label={t("command.results")} selectionMode="none" onAction={run} renderEmptyState={() => <p className="command-none">{t("command.none")}</p>}>
                {shown.map((section) => (
                  <ListBoxSection key={section.id} id={section.id} aria-label={t(`command.${section.id}`)}>
                    {section.id !== "found" && <Header className="option-title">{t(`command.${section.id}`)}</Header>}
                    {section.entries.map((entry) => (
                      <Item key={entry.id} entry={entry} />
                    ))}
                  </ListBoxSection>
                ))}
              </ListBox>
            </Autocomplete>
            <p role="status" className="visually-hidden">
              {typed.trim() === "" ? "" : t("command.count", { n: format.whole(count) })}
            </p>
            {leave.error && <Failure error={leave.error} />}
            <p className="command-help" aria-hidden>
              <kbd>↑</kbd> <kbd>↓</kbd> {t("shortcuts.choose")} <kbd>Enter</kbd> {t("shortcuts.openIt")} <kbd>Esc</kbd> {t("common.close")}
            </p>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** Key code of what an input method takes; the one sign Safari gives for the key that ends a composition. */
const COMPOSING = 229;

function Item({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  const { icon: Icon } = entry;
  return (
    <ListBoxItem id={entry.id} textValue={`${entry.label}, ${t(`command.kind.${entry.kind}`)}`} className="option command-option">
      <Icon size={15} aria-hidden />
      <span className="command-label">{entry.label}</span>
      <span className="option-note">{t(`command.kind.${entry.kind}`)}</span>
    </ListBoxItem>
  );
}

/** Before anything is typed: what was used lately, the pages, the actions. */
function atFirst(entries: readonly Entry[], recent: readonly string[]) {
  const lately = recent.map((id) => entries.find((entry) => entry.id === id)).filter((entry) => entry !== undefined);
  const rest = entries.filter((entry) => !recent.includes(entry.id));
  return [
    { id: "recent" as const, entries: lately },
    { id: "pages" as const, entries: rest.filter(({ kind }) => kind === "page") },
    { id: "actions" as const, entries: rest.filter(({ kind }) => kind === "action") },
  ];
}

/** Readings of Chinese characters, once they are loaded; until then names are found by what they are written with. */
function useReadings(): Readings {
  const [readings, setReadings] = useState(NO_READINGS);
  useEffect(() => {
    let gone = false;
    void import("../../ui/readings").then(({ READINGS }) => !gone && setReadings(READINGS));
    return () => {
      gone = true;
    };
  }, []);
  return readings;
}

/** Customers who may be meant by what was typed: by name, its sounds or an identifier; for those who may see customers. */
function useCustomers(workspace: string | undefined, typed: string): Entry[] {
  const navigate = useNavigate();
  const open = useOpenPages(workspace);
  const [value, setValue] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setValue(typed.trim()), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const enabled = workspace !== undefined && open("customers") && LONG_ENOUGH.test(value);
  const found = useQuery({ ...meantCustomersQuery(workspace ?? "", value, null, CUSTOMERS_MAX), enabled, retry: false }).data?.items ?? [];
  if (!enabled || value !== typed.trim()) return [];
  return found.map(({ customer, name, identifiers, matched }): Entry => ({
    id: `customer:${customer}`,
    kind: "customer",
    label: [name, identifiersText(matched?.namespace ? [{ namespace: matched.namespace, value: matched.value }] : identifiers.slice(0, 2))].filter(Boolean).join(" · ") || customer,
    words: [],
    icon: User,
    run: () => void navigate({ to: "/w/$workspace/customers/$customer", params: { workspace, customer }, search: {} }),
    passing: true,
  }));
}

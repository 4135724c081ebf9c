// The parts of the kit that are put together of others, with invented content. What they ask the server for is laid out for them
// beforehand, so nothing is asked.
import { QueryClient, QueryClientProvider, useQueryClient } from "@tanstack/react-query";
import { use, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { sessionQuery } from "../../api/access";
import { dictionaryQuery } from "../../api/dictionary";
import { identityPreviewQuery } from "../../api/identity";
import { namedViewsQuery } from "../../api/namedViews";
import type { AskedRule } from "../../api/queries";
import { dimensionsQuery, workspacesQuery } from "../../api/queries";
import { segmentsQuery } from "../../api/segments";
import type { Document, IdentityEffect, IdentityVerdict, KeptChange, LocalizedText, WorkspaceInfo } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { AnswerTables } from "../../ui/answer/AnswerTables";
import { ExportMenu } from "../../ui/answer/ExportMenu";
import { ExplainingProvider, Figure, Said } from "../../ui/answer/figure";
import type { AnswerTable } from "../../ui/answer/table";
import { numeric } from "../../ui/answer/table";
import { ChangeMarks } from "../../ui/change/Marks";
import { Notice, Verdict } from "../../ui/change/Verdict";
import { Button } from "../../ui/Controls";
import { LeaveDialog } from "../../ui/draft/LeaveDialog";
import { LocalizedField } from "../../ui/draft/LocalizedField";
import { Conflict, SaveDialog } from "../../ui/draft/SaveDialog";
import { ExplainButtons } from "../../ui/ExplainButtons";
import type { Explained } from "../../ui/explain";
import { ExplainContext } from "../../ui/explain";
import { Bar } from "../../ui/files/Bar";
import { DropFile } from "../../ui/files/DropFile";
import { StepTitle } from "../../ui/files/StepTitle";
import { Steps } from "../../ui/files/Steps";
import { useFormat } from "../../ui/format";
import { EvidenceTable } from "../../ui/identity/EvidenceTable";
import { Preview } from "../../ui/identity/Preview";
import { Later } from "../../ui/Later";
import { MeetingMenu } from "../../ui/MeetingMenu";
import { Refused } from "../../ui/Refused";
import { RuleField } from "../../ui/rule/RuleField";
import { SavedVersion } from "../../ui/SavedVersion";
import { CopyLink } from "../../ui/scope/CopyLink";
import type { Group } from "../../ui/scope/group";
import { EVERYONE } from "../../ui/scope/group";
import type { PeriodChoice } from "../../ui/scope/period";
import { GroupPicker, PeriodPicker } from "../../ui/scope/pickers";
import { SpanField } from "../../ui/SpanField";
import { StoresNote, StoresShown } from "../../ui/Stores";
import { Undo } from "../../ui/Undo";
import { offerUndo } from "../../ui/undoable";
import { SavedViews } from "../../ui/views/SavedViews";
import { Part } from "./Part";

const AT_US = 1_772_409_600_000_000;
const DAY_US = 86_400_000_000;
const KIT = "kit";

const WORKSPACE: WorkspaceInfo = {
  id: KIT,
  name: "Kit",
  zone: "UTC",
  channels: ["web", "app", "store"],
  event_names: ["view", "cart", "order_paid"],
  events: 1200,
  first_us: AT_US - 60 * DAY_US,
  last_us: AT_US,
  snapshot: "",
};
const META = { as_of_us: AT_US, elapsed_ms: 1, rows_scanned: 1, snapshot: "", truncated: false };
const VERDICTS: IdentityVerdict[] = [];
const EFFECT: IdentityEffect = { customers_before: 3, customers_after: 2, events: 40, links_made: 1, links_withheld: 0, merged: [{ into: "1", from: ["1", "2"], from_count: 2 }], merged_count: 1, split: [], split_count: 0, moved: 12 };

/** Answers as the server would give them. */
function laidOut(outer: QueryClient): QueryClient {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, refetchOnMount: false, retry: false } } });
  const session = outer.getQueryData(sessionQuery().queryKey);
  if (session) client.setQueryData(sessionQuery().queryKey, session);
  client.setQueryData(workspacesQuery().queryKey, { workspaces: [WORKSPACE] });
  client.setQueryData(dimensionsQuery(KIT).queryKey, { dimensions: [{ name: "platform", of: "event", distinct: 2, values: [{ value: "ios", rows: 700 }, { value: "android", rows: 500 }] }], meta: META });
  client.setQueryData(dictionaryQuery(KIT).queryKey, { as_of_us: AT_US, days: [], events: 1200, events_beyond: 0, findings: [], names: [], properties: [], sources: [], zone: "UTC" });
  client.setQueryData(segmentsQuery(KIT).queryKey, { segments: [] });
  client.setQueryData(namedViewsQuery(KIT).queryKey, { views: [] });
  client.setQueryData(identityPreviewQuery(KIT, VERDICTS).queryKey, EFFECT);
  return client;
}

export function Composed() {
  const outer = useQueryClient();
  const client = useMemo(() => laidOut(outer), [outer]);
  return (
    <QueryClientProvider client={client}>
      <Rights />
      <Scope />
      <Answer />
      <Drafts />
      <Files />
      <Identity />
    </QueryClientProvider>
  );
}

function Rights() {
  const { t } = useTranslation();
  const undo = () =>
    offerUndo({ workspace: KIT, list: "segments", text: t("kit.next"), undo: async () => undefined, undone: t("undo.do") });
  return (
    <Part title={t("kit.rights")}>
      <Allowed to="ask_sql" said>
        <p>{t("ability.ask_sql")}</p>
      </Allowed>
      <StoresNote stores={["West Lake", "Pudong", "Tianhe", "Wuhou"]} />
      <StoresShown />
      <div className="kit-row">
        <Button onPress={undo}>{t("undo.do")}</Button>
        <Undo workspace={KIT} list="segments" />
      </div>
      <ul className="saved-versions">
        <SavedVersion
          name={t("scope.versionN", { n: 3 })}
          now={null}
          info={{ version: 3, by: "lin@shop.cn", saved_at_us: AT_US, note: t("form.noteHint") }}
          zone="UTC"
          to="change_journeys"
          restore={{ mutate: () => undefined, isPending: false, error: null }}
        />
      </ul>
    </Part>
  );
}

function Scope() {
  const { t } = useTranslation();
  const [period, setPeriod] = useState<PeriodChoice>({ kind: "last", days: 28 });
  const [group, setGroup] = useState<Group>(EVERYONE);
  const [rule, setRule] = useState<AskedRule>([{ event: ["order_paid"] }]);
  const [span, setSpan] = useState("30d");
  return (
    <Part title={t("kit.scope")}>
      <div className="kit-row">
        <PeriodPicker workspace={WORKSPACE} period={period} onChange={setPeriod} />
        <GroupPicker workspace={KIT} definition={undefined} group={group} onChange={setGroup} />
        <SpanField label={t("kit.days")} span={span} onChange={setSpan} />
        <CopyLink workspace={WORKSPACE} period={period} stored={() => ({ v: 1 })} />
        <SavedViews workspace={KIT} stored={() => ({ v: 1 })} />
      </div>
      <RuleField workspace={WORKSPACE} label={t("kit.one")} rule={rule} onChange={setRule} />
    </Part>
  );
}

const TABLE = (title: string, names: readonly [string, string]): AnswerTable => ({
  id: KIT,
  title,
  columns: [{ name: names[0] }, numeric(names[1])],
  rows: [
    [{ value: "web", text: "web" }, { value: 1200, text: "1,200", note: "57%" }],
    [{ value: "store", text: "store" }, { value: 87, text: "87" }],
  ],
  foot: [[{ value: "", text: "Σ" }, { value: 1287, text: "1,287" }]],
  sortable: true,
});

const CHANGES: KeptChange[] = [
  {
    id: 1,
    version: 1,
    created_at_us: AT_US,
    created_by: "lin@shop.cn",
    changed_at_us: AT_US,
    changed_by: "lin@shop.cn",
    change: { title: "Free returns", day: "2026-03-02", metric: { name: "Free returns", question: {}, figure: { of: "headline" } } },
  },
];

function Answer() {
  const { t } = useTranslation();
  const format = useFormat();
  const explain = use(ExplainContext);
  const table = () => TABLE(t("kit.numbers"), [t("source.channel"), t("source.events")]);
  const info = { title: t("source.events"), definition: t("kit.note") };
  const explained = (value: string): Explained => ({ ...info, value });
  const document: Document = { title: t("kit.title"), as_of_us: AT_US, parts: [] };
  return (
    <Part title={t("kit.answer")}>
      <ExplainingProvider value={(of, value) => ({ ...of, value })}>
        <p className="finding">
          {t("source.events")}: <Said info={info} text={format.whole(1287)} />
        </p>
        <p>
          <Figure info={info} text={format.count(15_400)} full={format.whole(15_400)} />
        </p>
        <div className="kit-row">
          <ExplainButtons explain={(opensAt) => explain({ ...explained(format.whole(1287)), opensAt })} />
          <ExportMenu name={KIT} answer={{}} tables={() => [table()]} picture={null} meeting={{ workspace: KIT, title: document.title, as_of_us: AT_US }} />
          <MeetingMenu workspace={KIT} name={KIT} document={() => document} />
        </div>
        <Later>
          <AnswerTables tables={[table()]} />
        </Later>
      </ExplainingProvider>
      <div className="kit-row">
        {(["up", "down", "unclear", "unknown", "waiting"] as const).map((verdict) => (
          <Verdict key={verdict} verdict={verdict} />
        ))}
      </div>
      <Notice />
      <ChangeMarks marks={CHANGES.map((kept, x) => ({ x, text: String(x + 1), kept }))} />
    </Part>
  );
}

function Drafts() {
  const { t } = useTranslation();
  const [text, setText] = useState<LocalizedText>({ "zh-CN": "结算", en: "Checkout" });
  const [open, setOpen] = useState<"save" | "leave" | null>(null);
  const close = () => setOpen(null);
  const conflict = <Conflict theirs={{ note: t("form.noteHint") }} said={t("kit.note")} error={null} retry={close} onMerge={close} onClose={close} />;
  return (
    <Part title={t("kit.drafts")}>
      <div className="form kit-form">
        <LocalizedField label={t("kit.texts")} text={text} onChange={setText} />
      </div>
      <div className="kit-row">
        <Button aria-haspopup="dialog" onPress={() => setOpen("save")}>
          {t("kit.save")}
        </Button>
        <Button aria-haspopup="dialog" onPress={() => setOpen("leave")}>
          {t("kit.leave")}
        </Button>
      </div>
      {conflict}
      {open === "save" && (
        <SaveDialog
          title={t("kit.save")}
          how={t("kit.note")}
          save={async () => ({ version: 2, created: true })}
          follows={[]}
          told={(fault) => ({ fault, text: fault.message, go: close })}
          onSaved={close}
          conflict={conflict}
          onClose={close}
        />
      )}
      {open === "leave" && <LeaveDialog onLeave={close} onStay={close} />}
    </Part>
  );
}

function Files() {
  const { t } = useTranslation();
  const format = useFormat();
  const [at, setAt] = useState(0);
  const names = (["collect", "identify", "find"] as const).map((step) => t(`step.${step}`));
  return (
    <Part title={t("kit.files")}>
      <Steps names={names} at={at} />
      {at > 0 && <StepTitle>{names[at]}</StepTitle>}
      <div className="kit-row">
        <Button onPress={() => setAt((at + 1) % names.length)}>{t("kit.next")}</Button>
      </div>
      <DropFile title={t("kit.files")} pick={t("kit.one")} note={t("kit.note")} onFiles={() => undefined} />
      <Bar label={t("progress.label")} done={3} total={10} note={`${format.whole(3)} / ${format.whole(10)}`} onStop={() => undefined} />
      <Refused
        zone="UTC"
        sourceName="Web"
        refused={{ received_us: AT_US, protocol: "segment", code: "event_missing", field: "event", reason: "the message names no event", original: '{"type":"track"}' }}
      />
    </Part>
  );
}

const member = (value: string) => ({ namespace: "phone", value, kind: "contact" as const, customer_profiles: 2, masked: false, customer: "1", profile: value });

function Identity() {
  const { t } = useTranslation();
  return (
    <Part title={t("kit.identity")}>
      <EvidenceTable
        label={t("kit.identity")}
        zone="UTC"
        rows={[{ a: member("138"), b: member("139"), ids: ["1", "2"], stands: true, evidence: { reason: "identifiers of one event", source: "web", strength: "observed", time_us: AT_US } }]}
        action={{ name: t("kit.next"), of: () => <Button look="quiet">{t("undo.do")}</Button> }}
      />
      <Preview workspace={KIT} verdicts={VERDICTS} />
    </Part>
  );
}

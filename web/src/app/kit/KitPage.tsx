// Every control of the kit in its states, on one page, for whoever builds pages and for the accessibility tests. Nothing
// leads here; what it shows is invented.
import { CalendarDate } from "@internationalized/date";
import { useMutation } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../api/client";
import { Sparkline } from "../../charts/DayBars";
import { Ask } from "../../ui/Ask";
import { Chooser } from "../../ui/Chooser";
import { Code } from "../../ui/Code";
import { Button, MultiPicker, Picker, Segmented } from "../../ui/Controls";
import DayRange from "../../ui/DayRange";
import { DayField } from "../../ui/DayField";
import { Drawer } from "../../ui/Drawer";
import { Num } from "../../ui/explain";
import { Fact } from "../../ui/Fact";
import { PasswordField, TextField } from "../../ui/Fields";
import { useFormat } from "../../ui/format";
import { History } from "../../ui/History";
import { SampleBadge } from "../../ui/SampleBadge";
import { SortHead } from "../../ui/SortHead";
import type { Sorting } from "../../ui/SortHead";
import { useSparkText } from "../../ui/spark";
import { Command, CopyButton, Empty, Failure, Progress, ProgressOfAll } from "../../ui/States";
import { TableScroll } from "../../ui/TableScroll";
import { usePageTitle } from "../../ui/title";
import { Working } from "../../ui/Working";
import { Composed } from "./Composed";
import { Part } from "./Part";
import { Pictures } from "./Pictures";
import "../../charts/charts.css";
import "./kit.css";

const ROWS = [
  { name: "app", events: 1200 },
  { name: "store", events: 87 },
  { name: "wechat", events: 15_400 },
];
const DAY = new CalendarDate(2026, 3, 2);

export function KitPage() {
  const { t } = useTranslation();
  usePageTitle(t("kit.title"));
  return (
    <div className="page kit">
      <header className="page-head">
        <div>
          <h1>{t("kit.title")}</h1>
          <p className="page-note">{t("kit.note")}</p>
        </div>
      </header>
      <Buttons />
      <Choosing />
      <Forms />
      <Texts />
      <States />
      <Overlays />
      <Numbers />
      <Composed />
      <Pictures />
    </div>
  );
}

function Buttons() {
  const { t } = useTranslation();
  const name = t("form.save");
  return (
    <Part title={t("kit.buttons")}>
      {[false, true].map((disabled) => (
        <div key={String(disabled)} className="kit-row">
          <Button isDisabled={disabled}>{name}</Button>
          <Button look="primary" isDisabled={disabled}>
            <Plus size={14} aria-hidden />
            {name}
          </Button>
          <Button look="quiet" isDisabled={disabled}>
            {name}
          </Button>
          <Button icon isDisabled={disabled} aria-label={t("newJourney.title")}>
            <Plus size={15} aria-hidden />
          </Button>
        </div>
      ))}
      <div className="kit-row">
        <CopyButton text={name} label={t("common.copyCommand")} />
        <a className="button" href="#main">
          {t("page.home")}
        </a>
        <kbd>?</kbd>
      </div>
    </Part>
  );
}

function Choosing() {
  const { t } = useTranslation();
  const [one, setOne] = useState("collect");
  const [some, setSome] = useState<string[]>(["collect", "find"]);
  const choices = (["collect", "identify", "journey", "find"] as const).map((id, index) => ({ id, label: t(`step.${id}`), note: String(index + 1), disabled: id === "identify" }));
  const chosen = choices.filter(({ id }) => some.includes(id)).map(({ label }) => label);
  return (
    <Part title={t("kit.choosing")}>
      <div className="kit-row">
        <Picker label={t("kit.one")} value={one} choices={choices} onChange={setOne} />
        <MultiPicker label={t("kit.several")} summary={chosen.join(t("common.comma"))} values={some} choices={choices} onChange={setSome} />
        <Segmented label={t("kit.one")} value={one} choices={choices.map(({ id, label }) => ({ id, label }))} onChange={setOne} />
        <Chooser
          label={t("kit.pages")}
          closed={t("period.all")}
          sections={[
            {
              options: [
                { label: t("period.all"), note: "", chosen: true, choose: () => undefined },
                { label: t("step.find"), note: t("kit.cannot"), chosen: false },
                { label: t("kit.days"), chosen: false, page: () => <DayRange label={t("kit.days")} from={DAY} to={DAY.add({ days: 6 })} min={DAY.subtract({ days: 20 })} max={DAY.add({ days: 20 })} onChange={() => undefined} /> },
              ],
            },
          ]}
        />
      </div>
      <Tabs className="tabs">
        <TabList className="tab-list" aria-label={t("kit.tabs")}>
          <Tab id="a" className="tab">
            {t("step.collect")}
          </Tab>
          <Tab id="b" className="tab">
            {t("step.find")}
          </Tab>
        </TabList>
        <TabPanel id="a" className="tab-panel kit-panel">
          {t("kit.note")}
        </TabPanel>
        <TabPanel id="b" className="tab-panel kit-panel">
          {t("kit.title")}
        </TabPanel>
      </Tabs>
    </Part>
  );
}

function Forms() {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [day, setDay] = useState("2026-03-02");
  return (
    <Part title={t("kit.forms")}>
      <form className="form kit-form" onSubmit={(event) => event.preventDefault()}>
        <TextField label={t("form.note")} hint={t("form.noteHint")} value={text} onChange={setText} />
        <TextField label={t("form.note")} required fault={t("form.needed")} value={text} onChange={setText} />
        <TextField label={t("form.note")} lines={3} value={text} onChange={setText} />
        <PasswordField label={t("signIn.password")} known={{ name: "kit", autoComplete: "off" }} value={text} onChange={setText} />
        <DayField label={t("proposal.due")} value={day} onChange={setDay} />
        <label>
          <input type="checkbox" defaultChecked /> {t("shortcuts.single")}
        </label>
        <div className="form-actions">
          <button type="submit" className="button button-primary">
            {t("form.save")}
          </button>
          <span className="sub">{t("form.saving")}</span>
        </div>
      </form>
    </Part>
  );
}

function Texts() {
  const { t } = useTranslation();
  return (
    <Part title={t("kit.texts")}>
      <p className="finding">{t("kit.note")}</p>
      <div className="kit-row">
        <span className="badge">{t("step.collect")}</span>
        <span className="badge badge-accent">
          <span aria-hidden>✓</span>
          {t("source.sending")}
        </span>
        <span className="badge badge-bad">
          <span aria-hidden>!</span>
          {t("source.silent")}
        </span>
        <SampleBadge sample={{ kind: "sample", licence: "CC0-1.0", origin: "–" }} />
        <span className="sub">{t("kit.title")}</span>
      </div>
      <Command>throughline demo</Command>
      <Code label="SQL">{"select channel, count(*)\nfrom events group by channel"}</Code>
      <History
        zone="UTC"
        field={() => t("proposal.status")}
        value={(_, value) => String(value)}
        entries={[{ at_us: 1_772_409_600_000_000, by: "lin@shop.cn", changes: [], note: t("form.noteHint") }]}
      />
    </Part>
  );
}

function States() {
  const { t } = useTranslation();
  return (
    <Part title={t("kit.states")}>
      <Empty title={t("journeys.empty")}>
        <p>{t("journeys.emptyHow")}</p>
        <Button look="primary">{t("newJourney.title")}</Button>
      </Empty>
      <Failure error={new ApiError("network", "", 0)} retry={() => undefined} />
      <div className="skeleton" aria-hidden />
      <Progress queryKey={["kit"]} begun={t("progress.rows", { done: "3", total: "10" })} onCancel={() => undefined} />
      <ProgressOfAll queryKeys={[["kit"]]} done={2} said={t("progress.rows", { done: "2", total: "3" })} />
      <Working asked={{ data: undefined, error: null, fetchStatus: "idle", isEnabled: true, isPlaceholderData: false, refetch: async () => Promise.reject(new Error("nothing is asked here")) }} queryKey={["kit"]} />
    </Part>
  );
}

function Overlays() {
  const { t } = useTranslation();
  const [open, setOpen] = useState<"drawer" | "ask" | null>(null);
  const run = useMutation({ mutationFn: async () => undefined, onSuccess: () => setOpen(null) });
  return (
    <Part title={t("kit.overlays")}>
      <div className="kit-row">
        <Button aria-haspopup="dialog" onPress={() => setOpen("drawer")}>
          {t("kit.drawer")}
        </Button>
        <Button aria-haspopup="dialog" onPress={() => setOpen("ask")}>
          {t("kit.ask")}
        </Button>
      </div>
      {open === "drawer" && (
        <Drawer title={t("kit.drawer")} onClose={() => setOpen(null)}>
          <dl className="inspect-facts">
            <Fact name={t("workspace.licence")} value="CC0-1.0" />
          </dl>
        </Drawer>
      )}
      {open === "ask" && (
        <Ask title={t("kit.ask")} action={t("form.save")} run={run} onClose={() => setOpen(null)}>
          <p>{t("kit.note")}</p>
        </Ask>
      )}
    </Part>
  );
}

const SPARK = [3, 1, 4, 1, 5, 9, 2, 6];

function Numbers() {
  const { t } = useTranslation();
  const format = useFormat();
  const [by, setBy] = useState<Sorting<"name" | "events">>({ column: "events", down: true });
  const spark = useSparkText();
  const way = by.down ? -1 : 1;
  const rows = ROWS.toSorted((a, b) => (by.column === "events" ? a.events - b.events : a.name.localeCompare(b.name)) * way);
  return (
    <Part title={t("kit.numbers")}>
      <TableScroll label={t("kit.numbers")}>
        <table className="table">
          <thead>
            <tr>
              <SortHead column="name" name={t("source.channel")} by={by} onSort={setBy} />
              <SortHead column="events" name={t("source.events")} numeric by={by} onSort={setBy} />
              <th scope="col">{t("kit.change")}</th>
              <th scope="col">{t("kit.days")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={row.name}>
                <th scope="row">{row.name}</th>
                <td className="numeric">
                  <Num of={row.name} explain={() => ({ title: row.name, value: format.whole(row.events), definition: t("kit.note"), question: "-" })}>
                    {format.whole(row.events)}
                  </Num>
                </td>
                <td>
                  <span className={["delta delta-good", "delta delta-bad", "delta"][index]}>
                    <span className="mark" aria-hidden>
                      {["▲", "▼", "＝"][index]}
                    </span>
                    {format.change([0.12, -0.08, 0][index] ?? 0)}
                  </span>
                </td>
                <td>
                  <Sparkline values={SPARK} label={spark("days", SPARK)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </Part>
  );
}

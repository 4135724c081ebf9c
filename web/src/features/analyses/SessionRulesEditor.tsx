// What ends a session beside silence: length, midnight, another campaign; and channels with sessions of their own.
import { Plus, SlidersHorizontal, X } from "lucide-react";
import { Button as AriaButton, Dialog, DialogTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";

import type { WorkspaceInfo } from "../../api/types";
import { useChannelName } from "../../ui/channel";
import { Button, MultiPicker, Picker, Segmented } from "../../ui/Controls";
import { APART_MAX, CAMPAIGNS, LONGEST, furtherRules, wholeRules } from "./sessionRules";
import type { ChannelRule, GivenRules, SessionRules } from "./sessionRules";
import { SpanPicker } from "./SpanPicker";
import { TIMEOUTS } from "./view";

interface Props {
  workspace: WorkspaceInfo;
  rules: GivenRules;
  onChange: (rules: SessionRules) => void;
}

/** Stands for no campaign; ids of options are never empty. */
const NONE = "none";
const INSTANT = "instant";

/** How long a silence ends a session: the choice that is made most. */
export function TimeoutPicker({ timeout, onChange }: { timeout: string; onChange: (timeout: string) => void }) {
  const { t } = useTranslation();
  return <SpanPicker label={t("unit.timeout")} value={timeout} offered={TIMEOUTS} onChange={onChange} />;
}

/** The rules beside silence. */
export function FurtherRules({ workspace, rules: given, onChange }: Props) {
  const { t } = useTranslation();
  const rules = wholeRules(given);
  const put = (change: Partial<SessionRules>) => onChange({ ...rules, ...change });
  const known = CAMPAIGNS.some((each) => each === rules.campaign) || rules.campaign === "" ? CAMPAIGNS : [rules.campaign, ...CAMPAIGNS];
  return (
    <>
      <div className="scope">
        <SpanPicker label={t("rules.longest")} value={rules.longest} offered={LONGEST} none={t("rules.anyLength")} onChange={(longest) => put({ longest })} />
        <Picker
          label={t("rules.campaign")}
          value={rules.campaign || NONE}
          choices={[{ id: NONE, label: t("rules.noCampaign") }, ...known.map((id) => ({ id: id as string, label: id as string }))]}
          onChange={(id) => put({ campaign: id === NONE ? "" : id })}
        />
        <span className="field">
          <span className="field-label" aria-hidden>
            {t("rules.midnight")}
          </span>
          <Segmented
            label={t("rules.midnight")}
            value={rules.midnight ? "ends" : "goes"}
            choices={(["goes", "ends"] as const).map((id) => ({ id, label: t(`rules.midnight.${id}`) }))}
            onChange={(id) => put({ midnight: id === "ends" })}
          />
        </span>
      </div>
      <ChannelRules workspace={workspace} rules={rules} onChange={onChange} />
    </>
  );
}

function ChannelRules({ workspace, rules, onChange }: Props & { rules: SessionRules }) {
  const { t } = useTranslation();
  const channelName = useChannelName();
  const { apart } = rules;
  const put = (next: ChannelRule[]) => onChange({ ...rules, apart: next });
  const free = (at: number) => workspace.channels.filter((id) => !apart.some((rule, other) => other !== at && rule.channels.includes(id)));
  return (
    <div className="rule-field" role="group" aria-label={t("rules.apart")}>
      <span className="field-label" aria-hidden>
        {t("rules.apart")}
      </span>
      <div className="expansions">
        {apart.map((rule, at) => {
          const set = (change: Partial<ChannelRule>) => put(apart.with(at, { ...rule, ...change }));
          const names = rule.channels.map(channelName).join(t("common.comma"));
          return (
            <span key={at} className="rule-test">
              <MultiPicker
                label={t("scope.channels")}
                summary={names || t("rules.chooseChannels")}
                values={rule.channels}
                choices={[...new Set([...free(at), ...rule.channels])].map((id) => ({ id, label: channelName(id) }))}
                onChange={(channels) => set({ channels })}
              />
              <SpanPicker
                label={t("unit.timeout")}
                value={rule.instant ? INSTANT : rule.timeout}
                offered={TIMEOUTS}
                none={t("rules.asOthers")}
                more={[{ id: INSTANT, label: t("rules.instant"), note: t("rules.instantNote") }]}
                onChange={(timeout) => set(timeout === INSTANT ? { instant: true, timeout: "", longest: "" } : { instant: false, timeout })}
              />
              {!rule.instant && <SpanPicker label={t("rules.longest")} value={rule.longest} offered={LONGEST} none={t("rules.asOthers")} onChange={(longest) => set({ longest })} />}
              <Button look="quiet" icon aria-label={t("rules.remove", { channels: names })} onPress={() => put(apart.toSpliced(at, 1))}>
                <X size={14} aria-hidden />
              </Button>
            </span>
          );
        })}
        <Button look="quiet" isDisabled={apart.length >= APART_MAX || free(-1).length === 0} onPress={() => put([...apart, { channels: [], timeout: "", longest: "", instant: false }])}>
          <Plus size={14} aria-hidden />
          {t("rules.add")}
        </Button>
      </div>
    </div>
  );
}

/** The same behind a button, where sessions are the unit of another analysis. */
export function RulesButton(props: Props) {
  const { t } = useTranslation();
  const more = furtherRules(wholeRules(props.rules));
  return (
    <DialogTrigger>
      <AriaButton className="button button-quiet">
        <SlidersHorizontal size={14} aria-hidden />
        {more > 0 ? t("rules.moreN", { n: more }) : t("rules.more")}
      </AriaButton>
      <Popover className="popover" offset={4}>
        <Dialog className="rules-dialog" aria-label={t("rules.title")}>
          <FurtherRules {...props} />
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

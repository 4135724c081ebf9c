// One test of a segment: what kind it is, and what it says.
import { useQuery } from "@tanstack/react-query";
import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";

import { dimensionsQuery } from "../../../api/queries";
import { segmentsQuery } from "../../../api/segments";
import type { Measure, WorkspaceInfo } from "../../../api/types";
import { useChannelName } from "../../../ui/channel";
import { Button, MultiPicker, Picker } from "../../../ui/Controls";
import { useFacetWords } from "../../../ui/facet";
import { useLocalized } from "../../../ui/language";
import { DraftField } from "../../../ui/rule/DraftField";
import { OPS } from "../../../ui/rule/rules";
import { RFM_GROUPS } from "../rfm";
import { RuleField } from "../../../ui/rule/RuleField";
import { NUMBERS, WAYS, measureKey, measureOf } from "./columns";
import { SpanField } from "../../../ui/SpanField";
import { WithinField } from "./WithinField";
import { BOUNDS, STEPS_MAX, STEPS_MIN, TESTS, blank } from "./who";
import type { Bounds, Test, TestKind } from "./who";

interface Props<T extends Test = Test> {
  workspace: WorkspaceInfo;
  /** The segment that is edited, which no test of it may name; null for a new one. */
  own: string | null;
  test: T;
  onChange: (test: Test) => void;
}

export function TestEditor(props: Props) {
  const { t } = useTranslation();
  const { test, onChange } = props;
  return (
    <span className="who-test-fields">
      <Picker
        label={t("who.kind")}
        labelHidden
        value={test.kind}
        choices={TESTS.map((kind) => ({ id: kind, label: t(`who.kind.${kind}`), note: t(`who.kind.${kind}.note`) }))}
        onChange={(kind: TestKind) => kind !== test.kind && onChange(turned(test, kind))}
      />
      <Fields {...props} />
    </span>
  );
}

/** Another kind of test; the events chosen stay where both have some. */
function turned(test: Test, kind: TestKind): Test {
  const next = blank(kind);
  return "match" in test && "match" in next ? { ...next, match: test.match } : next;
}

function Fields(props: Props) {
  const { workspace, test, own, onChange } = props;
  const { t } = useTranslation();
  switch (test.kind) {
    case "did":
      return <DidFields {...props} test={test} />;
    case "first":
    case "last":
      return (
        <>
          <RuleField workspace={workspace} labelHidden label={t("who.events")} rule={test.match} onChange={(match) => onChange({ ...test, match })} />
          <WithinField workspace={workspace} within={test.within} mayBeEver={false} onChange={(within) => onChange({ ...test, within })} />
        </>
      );
    case "sequence":
      return <SequenceFields {...props} test={test} />;
    case "channel":
      return <ChannelFields {...props} test={test} />;
    case "trait":
      return <TraitFields {...props} test={test} />;
    case "segment":
      return <SegmentField workspace={workspace} own={own} chosen={test.segment} onChange={(segment) => onChange({ ...test, segment })} />;
    case "rfm":
      return <RfmFields {...props} test={test} />;
  }
}

type Of<Kind extends TestKind> = Props<Extract<Test, { kind: Kind }>>;

function DidFields({ workspace, test, onChange }: Of<"did">) {
  const { t } = useTranslation();
  const words = useFacetWords();
  const key = measureKey(test.measure);
  const keys = ["count", "days", ...NUMBERS.flatMap((column) => WAYS.map((way) => `${way}:${column}`))];
  const name = (of: string) => {
    const [way, column] = of.split(":");
    return column === undefined ? t(`who.measure.${way as "count"}`) : t(`who.measure.${way as "sum"}`, { column: words.title(column) });
  };
  return (
    <>
      <RuleField workspace={workspace} labelHidden label={t("who.events")} rule={test.match} onChange={(match) => onChange({ ...test, match })} />
      <Picker
        label={t("who.measure")}
        labelHidden
        value={key}
        choices={(keys.includes(key) ? keys : [key, ...keys]).map((id) => ({ id, label: name(id) }))}
        onChange={(next) => onChange({ ...test, measure: measureOf(next) as Measure })}
      />
      <BoundsField bounds={test.is} onChange={(is) => onChange({ ...test, is })} />
      <WithinField workspace={workspace} within={test.within} mayBeEver onChange={(within) => onChange({ ...test, within })} />
    </>
  );
}

/** Bounds as one comparison, or as two between which the number lies. */
function BoundsField({ bounds, onChange }: { bounds: Bounds; onChange: (bounds: Bounds) => void }) {
  const { t } = useTranslation();
  const given = BOUNDS.filter((op) => bounds[op] != null);
  const between = given.length > 1;
  const [first = "gte"] = given;
  const choice = between ? "between" : first;
  const become = (next: string) => {
    const value = bounds[first] ?? 1;
    if (next === "between") return onChange({ gte: value, lte: Math.max(value, bounds.lte ?? value + 1) });
    onChange({ [next]: value });
  };
  const number = (op: (typeof BOUNDS)[number], label: string) => (
    <DraftField
      key={op}
      label={label}
      value={bounds[op] == null ? "" : String(bounds[op])}
      onCommit={(text) => {
        const value = Number(text.trim());
        if (text.trim() !== "" && Number.isFinite(value)) onChange({ ...bounds, [op]: value });
      }}
    />
  );
  return (
    <span className="bounds">
      <Picker
        label={t("rule.op")}
        labelHidden
        value={choice}
        choices={[...BOUNDS.map((op) => ({ id: op as string, label: t(`rule.op.${op}`) })), { id: "between", label: t("who.between") }]}
        onChange={become}
      />
      {between ? given.map((op) => number(op, t(`rule.op.${op}`))) : number(first, t("rule.value"))}
    </span>
  );
}

function SequenceFields({ workspace, test, onChange }: Of<"sequence">) {
  const { t } = useTranslation();
  const { steps } = test;
  const put = (next: typeof steps) => onChange({ ...test, steps: next });
  const swap = (index: number, by: -1 | 1) => {
    const [from, to] = [steps[index], steps[index + by]];
    if (from && to) put(steps.with(index, to).with(index + by, from));
  };
  return (
    <span className="who-sequence">
      {steps.map((rule, index) => (
        <span key={`${index} ${steps.length}`} className="who-step">
          <span className="stage-order" aria-hidden>
            {index + 1}
          </span>
          <RuleField workspace={workspace} labelHidden label={t("rule.events", { n: index + 1 })} rule={rule} onChange={(next) => put(steps.with(index, next))} />
          <span className="editor-move">
            <Button look="quiet" icon aria-label={t("funnel.up", { n: index + 1 })} isDisabled={index === 0} onPress={() => swap(index, -1)}>
              <ArrowUp size={14} aria-hidden />
            </Button>
            <Button look="quiet" icon aria-label={t("funnel.down", { n: index + 1 })} isDisabled={index === steps.length - 1} onPress={() => swap(index, 1)}>
              <ArrowDown size={14} aria-hidden />
            </Button>
            <Button look="quiet" icon aria-label={t("funnel.remove", { n: index + 1 })} isDisabled={steps.length <= STEPS_MIN} onPress={() => put(steps.toSpliced(index, 1))}>
              <X size={14} aria-hidden />
            </Button>
          </span>
        </span>
      ))}
      <span className="who-test-fields">
        <Button look="quiet" isDisabled={steps.length >= STEPS_MAX} onPress={() => put([...steps, [{}]])}>
          <Plus size={14} aria-hidden />
          {t("funnel.add")}
        </Button>
        <Picker
          label={t("who.span")}
          value={test.span === "" ? "none" : "some"}
          choices={[
            { id: "none", label: t("funnel.noWindow") },
            { id: "some", label: t("who.spanSome") },
          ]}
          onChange={(way) => onChange({ ...test, span: way === "none" ? "" : test.span || "7d" })}
        />
        {test.span !== "" && <SpanField label={t("who.atMost")} span={test.span} onChange={(span) => onChange({ ...test, span })} />}
        <WithinField workspace={workspace} within={test.within} mayBeEver onChange={(within) => onChange({ ...test, within })} />
      </span>
    </span>
  );
}

function ChannelFields({ workspace, test, onChange }: Of<"channel">) {
  const { t } = useTranslation();
  const channel = useChannelName();
  const offered = [...new Set([...workspace.channels, ...test.any_of])];
  return (
    <>
      <MultiPicker
        label={t("who.anyOf")}
        summary={test.any_of.length === 0 ? t("who.choose") : test.any_of.map(channel).join(t("common.comma"))}
        values={test.any_of}
        choices={offered.map((id) => ({ id, label: channel(id) }))}
        onChange={(any_of) => onChange({ ...test, any_of })}
      />
      <WithinField workspace={workspace} within={test.within} mayBeEver onChange={(within) => onChange({ ...test, within })} />
    </>
  );
}

const TRAIT = "traits.";

/** What somebody wrote, in the form the operator takes. */
function valueOf(op: string, given: readonly string[]): string | string[] {
  const own = given.map((text) => text.trim()).filter((text) => text !== "");
  return op === "in" || op === "not_in" ? own : (own[0] ?? "");
}

function TraitFields({ workspace, test, onChange }: Of<"trait">) {
  const { t } = useTranslation();
  const words = useFacetWords();
  const list = useId();
  const traits = (useQuery(dimensionsQuery(workspace.id)).data?.dimensions ?? []).filter(({ name }) => name.startsWith(TRAIT));
  const keys = [...new Set([...traits.map(({ name }) => name.slice(TRAIT.length)), ...(test.key ? [test.key] : [])])];
  const values = traits.find(({ name }) => name === TRAIT + test.key)?.values ?? [];
  const listed = test.op === "in" || test.op === "not_in";
  const valueless = test.op === "exists" || test.op === "missing";
  const texts = (Array.isArray(test.value) ? test.value : [test.value ?? ""]).map(String);
  return (
    <>
      <Picker
        label={t("rule.column")}
        labelHidden
        value={test.key}
        choices={[...(test.key ? [] : [{ id: "", label: t("who.chooseTrait") }]), ...keys.map((id) => ({ id, label: words.dimension(TRAIT + id) }))]}
        onChange={(key) => key !== test.key && onChange({ ...test, key, value: valueOf(test.op, []) })}
      />
      <Picker
        label={t("rule.op")}
        labelHidden
        value={test.op}
        choices={OPS.map((op) => ({ id: op as string, label: t(`rule.op.${op}`) }))}
        onChange={(op) => onChange({ ...test, op, value: valueOf(op, texts) })}
      />
      <datalist id={list}>
        {values.map(({ value }) => (
          <option key={value}>{value}</option>
        ))}
      </datalist>
      {!valueless && (
        <DraftField
          label={t(listed ? "rule.values" : "rule.value")}
          value={texts.join(", ")}
          {...(listed ? {} : { list })}
          onCommit={(text) => onChange({ ...test, value: valueOf(test.op, listed ? text.split(/[,，、]/) : [text]) })}
        />
      )}
    </>
  );
}

function SegmentField({ workspace, own, chosen, onChange }: { workspace: WorkspaceInfo; own: string | null; chosen: string; onChange: (segment: string) => void }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const others = (useQuery(segmentsQuery(workspace.id)).data?.segments ?? []).filter(({ segment }) => segment.id !== own);
  if (others.length === 0 && chosen === "") return <span className="sub">{t("who.noOther")}</span>;
  const choices = others.map(({ segment }) => ({ id: segment.id, label: localized(segment.name) }));
  return (
    <Picker
      label={t("who.kind.segment")}
      labelHidden
      value={chosen}
      choices={chosen === "" ? [{ id: "", label: t("who.choose") }, ...choices] : choices}
      onChange={onChange}
    />
  );
}

const SCORES = [1, 2, 3, 4, 5];

function RfmFields({ workspace, test, onChange }: Of<"rfm">) {
  const { t } = useTranslation();
  const words = useFacetWords();
  const { model = {} } = test.rest as { model?: { value?: string } };
  return (
    <>
      <RuleField workspace={workspace} labelHidden label={t("rfm.purchase")} rule={test.match} onChange={(match) => onChange({ ...test, match })} />
      <Picker
        label={t("rfm.value")}
        value={model.value ?? "amount"}
        choices={NUMBERS.map((id) => ({ id: id as string, label: words.title(id) }))}
        onChange={(value) => onChange({ ...test, rest: { ...test.rest, model: { ...model, value } } })}
      />
      <MultiPicker
        label={t("rfm.groups")}
        summary={test.groups.length === 0 ? t("who.unlimited") : test.groups.map((group) => t(`rfm.${group as "important_value"}`)).join(t("common.comma"))}
        values={test.groups}
        choices={RFM_GROUPS.map((group) => ({ id: group, label: t(`rfm.${group}`) }))}
        onChange={(groups) => onChange({ ...test, groups })}
      />
      {(["r", "f", "m"] as const).map((dimension) => (
        <MultiPicker
          key={dimension}
          label={t(`rfm.score.${dimension}`)}
          summary={test[dimension].length === 0 ? t("who.unlimited") : test[dimension].join(t("common.comma"))}
          values={test[dimension].map(String)}
          choices={SCORES.map((score) => ({ id: String(score), label: String(score) }))}
          onChange={(scores) => onChange({ ...test, [dimension]: scores.map(Number).toSorted() })}
        />
      ))}
    </>
  );
}

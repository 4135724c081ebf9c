// One case: two customers side by side, what was said between them, what a decision would change, and deciding.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../api/client";
import { customerIdentityQuery, decideIdentity, identityCaseQuery } from "../../api/identity";
import type { CustomerIdentity, IdentityCase, IdentityMember, IdentityWithheld } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { Button, Picker } from "../../ui/Controls";
import { TextField } from "../../ui/Fields";
import { useFormat } from "../../ui/format";
import { useMay } from "../../ui/rights";
import { Failure } from "../../ui/States";
import type { JustDecided } from "./Decided";
import type { EvidenceRow } from "../../ui/identity/EvidenceTable";
import { EvidenceTable } from "../../ui/identity/EvidenceTable";
import { Graph } from "./Graph";
import { drawing } from "./graph";
import { Preview } from "../../ui/identity/Preview";
import { MemberText, Side } from "./Side";
import { useQueueKeys } from "./useQueueKeys";
import { CHOICES, CHOICE_KEYS, verdictOf } from "./verdict";
import type { Choice } from "./verdict";
import { useIdentityWords } from "../../ui/identity/words";

interface Props {
  workspace: string;
  profile: string;
  zone: string;
  /** Whether single keys choose. */
  keys: boolean;
  onDecided: (decided: JustDecided) => void;
}

export function CaseView({ workspace, profile, zone, keys, onDecided }: Props) {
  const { t } = useTranslation();
  const found = useQuery(identityCaseQuery(workspace, profile));
  const [chosen, setChosen] = useState<string | null>(null);
  if (found.error instanceof ApiError && found.error.code === "identity_case_unknown") return <p className="identity-settled">{t("identity.settled")}</p>;
  if (found.error) return <Failure error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <div className="skeleton" aria-hidden />;
  const { withheld } = found.data;
  const link = withheld.find(({ member }) => member.profile === chosen) ?? withheld[0];
  if (!link) return null;
  return <Open key={`${profile} ${link.member.profile}`} workspace={workspace} zone={zone} keys={keys} of={found.data} link={link} onLink={setChosen} onDecided={onDecided} />;
}

interface OpenProps extends Omit<Props, "profile"> {
  of: IdentityCase;
  link: IdentityWithheld;
  onLink: (profile: string) => void;
}

function Open({ workspace, zone, keys, of, link, onLink, onDecided }: OpenProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useIdentityWords();
  const { subject, withheld, withheld_count: count } = of;
  const first = useQuery(customerIdentityQuery(workspace, subject.customer ?? ""));
  const second = useQuery(customerIdentityQuery(workspace, link.member.customer ?? ""));
  const sides = [first.data ?? null, second.data ?? null];
  return (
    <div className="identity-case">
      <header>
        <h2>
          <MemberText member={subject} />
        </h2>
        <p>
          <span className="badge badge-bad">{words.why(link.why)}</span> {t(`identity.what.${link.why}`)}
          {link.namespace != null && ` ${t("identity.conflictIn", { namespace: link.namespace })}`}
        </p>
      </header>
      {withheld.length > 1 && (
        <Picker
          label={t("identity.otherEnd", { n: format.whole(count) })}
          value={link.member.profile ?? ""}
          choices={withheld.map(({ member, why }) => ({ id: member.profile ?? "", label: words.member(member), note: words.why(why) }))}
          onChange={onLink}
        />
      )}
      <div className="identity-sides">
        {first.error ? <Failure error={first.error} /> : first.data ? <Side title={t("identity.side.a")} workspace={workspace} zone={zone} side={first.data} about={subject} /> : <div className="skeleton" aria-hidden />}
        {second.error ? <Failure error={second.error} /> : second.data ? <Side title={t("identity.side.b")} workspace={workspace} zone={zone} side={second.data} about={link.member} /> : <div className="skeleton" aria-hidden />}
      </div>
      <section className="identity-evidence" aria-labelledby="evidence-title">
        <h3 id="evidence-title">{t("identity.evidence")}</h3>
        <Graph drawing={drawing(sides, [[subject.profile ?? "", link.member.profile ?? ""]])} />
        <EvidenceTable label={t("identity.evidence")} rows={rowsOf(of, link, sides)} zone={zone} />
      </section>
      {first.data && second.data && <Decide workspace={workspace} keys={keys} of={of} link={link} members={[...first.data.members, ...second.data.members]} onDecided={onDecided} />}
    </div>
  );
}

function rowsOf({ subject }: IdentityCase, link: IdentityWithheld, sides: readonly (CustomerIdentity | null)[]): EvidenceRow[] {
  const known = new Map(sides.flatMap((side) => (side?.members ?? []).map((member) => [member.profile ?? "", member] as const)));
  const withheld = link.evidence.map((evidence) => ({ a: subject, b: link.member, ids: [subject.profile ?? "", link.member.profile ?? ""] as const, evidence, stands: false }));
  const standing = sides.flatMap((side) =>
    (side?.links ?? []).map(({ a, b, strength, source, reason, time_us }) => ({ a: known.get(a), b: known.get(b), ids: [a, b] as const, evidence: { strength, source, reason, time_us }, stands: true })),
  );
  return [...withheld, ...standing];
}

function Decide({ workspace, keys, of, link, members, onDecided }: Omit<OpenProps, "zone" | "onLink"> & { members: readonly IdentityMember[] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const may = useMay();
  const words = useIdentityWords();
  const [choice, setChoice] = useState<Choice | null>(null);
  const [note, setNote] = useState("");
  const { subject } = of;
  const decide = useMutation({
    mutationFn: (made: Choice) => decideIdentity(workspace, [verdictOf(made, subject, link.member, members)], note.trim()),
    onSuccess: async ({ decisions }, made) => {
      onDecided({ ids: decisions, text: t("identity.decided", { decision: words.decision(made), what: words.member(subject) }) });
      // Everything that counts customers has changed.
      await client.invalidateQueries();
    },
  });
  const run = () => choice !== null && may("decide_identity") && !decide.isPending && decide.mutate(choice);
  useQueueKeys(keys, { ...Object.fromEntries(CHOICES.map((each) => [CHOICE_KEYS[each], () => setChoice(each)])), d: run });
  return (
    <section className="identity-decide" aria-labelledby="decide-title">
      <h3 id="decide-title">{t("identity.decide")}</h3>
      <fieldset className="identity-choices">
        <legend className="visually-hidden">{t("identity.decide")}</legend>
        {CHOICES.map((each) => (
          <label key={each} className="identity-choice">
            <input type="radio" name="identity-choice" checked={choice === each} onChange={() => setChoice(each)} />
            <span>
              <strong>{each === "block" && subject.kind === "device" ? t("identity.choice.sharedDevice") : t(`identity.choice.${each}`)}</strong> {keys && <kbd aria-hidden>{CHOICE_KEYS[each]}</kbd>}
              <span className="sub">{t(`identity.choice.${each}.what`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {choice === null ? <p className="sub">{t("identity.chooseFirst")}</p> : <Preview workspace={workspace} verdicts={[verdictOf(choice, subject, link.member, members)]} />}
      <Allowed to="decide_identity" said>
        <TextField label={t("form.note")} value={note} onChange={setNote} hint={t("form.noteHint")} />
        {decide.error && <Failure error={decide.error} />}
        <div className="form-actions">
          <Button look="primary" isDisabled={choice === null || decide.isPending} onPress={run}>
            {t(decide.isPending ? "identity.deciding" : "identity.doDecide")} {keys && <kbd aria-hidden>d</kbd>}
          </Button>
        </div>
      </Allowed>
    </section>
  );
}

// Why a customer is one: its identifiers, what joins them, and taking a link apart.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Split } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { customerIdentityQuery, decideIdentity } from "../../api/identity";
import type { IdentityVerdict } from "../../api/types";
import { Ask } from "../../ui/Ask";
import { Button } from "../../ui/Controls";
import { TextField } from "../../ui/Fields";
import { useFormat } from "../../ui/format";
import { useMay } from "../../ui/rights";
import { Failure } from "../../ui/States";
import type { EvidenceRow } from "../../ui/identity/EvidenceTable";
import { EvidenceTable } from "../../ui/identity/EvidenceTable";
import { Preview } from "../../ui/identity/Preview";
import { useIdentityWords } from "../../ui/identity/words";
import "../../ui/identity/identity.css";

export function WhyOne({ workspace, customer, zone }: { workspace: string; customer: string; zone: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <details className="card identity-why" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("identity.whyOne")}</summary>
      {open && <Explained workspace={workspace} customer={customer} zone={zone} />}
    </details>
  );
}

function Explained({ workspace, customer, zone }: { workspace: string; customer: string; zone: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useIdentityWords();
  const splits = useMay()("decide_identity");
  const found = useQuery(customerIdentityQuery(workspace, customer));
  const [parting, setParting] = useState<EvidenceRow | null>(null);
  if (found.error) return <Failure error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <div className="skeleton" aria-hidden />;
  const { members, links, members_count: count, links_count: all } = found.data;
  const known = new Map(members.map((member) => [member.profile ?? "", member]));
  const rows = links.map(({ a, b, strength, source, reason, time_us }): EvidenceRow => ({ a: known.get(a), b: known.get(b), ids: [a, b], evidence: { strength, source, reason, time_us }, stands: true }));
  const about = (row: EvidenceRow) => [row.a, row.b].map((member, at) => (member ? words.member(member) : t("identity.nameless", { id: row.ids[at] ?? "" }))).join(" – ");
  const action = {
    name: t("identity.split"),
    of: (row: EvidenceRow) => (
      <Button aria-label={t("action.of", { action: t("identity.split"), of: about(row) })} onPress={() => setParting(row)}>
        <Split size={14} aria-hidden />
        {t("identity.split")}
      </Button>
    ),
  };
  return (
    <div className="card-body">
      {rows.length === 0 ? (
        <p>{t("identity.oneIdentifier")}</p>
      ) : (
        <>
          <p>{t("identity.heldBy", { members: format.whole(count), links: format.whole(all) })}</p>
          {all > rows.length && <p className="sub">{t("identity.firstLinks", { n: format.whole(rows.length) })}</p>}
          <EvidenceTable label={t("identity.whyOne")} rows={rows} zone={zone} {...(splits ? { action } : {})} />
        </>
      )}
      {parting && <Part workspace={workspace} row={parting} about={about(parting)} onClose={() => setParting(null)} />}
    </div>
  );
}

function Part({ workspace, row, about, onClose }: { workspace: string; row: EvidenceRow; about: string; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [note, setNote] = useState("");
  const [a, b] = row.ids;
  const verdicts: IdentityVerdict[] = [{ decision: "keep_apart", a: { profile: a }, b: { profile: b } }];
  const part = useMutation({
    mutationFn: () => decideIdentity(workspace, verdicts, note.trim()),
    onSuccess: async () => {
      onClose();
      // This customer may be another now; the list of decisions tells what was decided, and undoes it.
      await navigate({ to: "/w/$workspace/identity/decisions", params: { workspace } });
      await client.invalidateQueries();
    },
  });
  return (
    <Ask title={t("identity.splitOf", { what: about })} action={t("identity.split")} run={{ ...part, mutate: () => part.mutate() }} onClose={onClose}>
      <p>{t("identity.splitWhat")}</p>
      <Preview workspace={workspace} verdicts={verdicts} />
      <TextField label={t("form.note")} value={note} onChange={setNote} hint={t("form.noteHint")} />
    </Ask>
  );
}

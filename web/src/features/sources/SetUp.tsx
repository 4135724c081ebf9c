// Code to paste: for the sender's library, with this server's address and one of the source's keys filled in.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { KeyKind, NewKey, Source } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { Code } from "../../ui/Code";
import { Button, Picker, Segmented } from "../../ui/Controls";
import { TextField } from "../../ui/Fields";
import { Failure } from "../../ui/States";
import { useMakeKey } from "./Keys";
import { VENDORS, addressOf, setupsOf } from "./setups";

/** Stands where a secret belongs that is not known any more. */
const HIDDEN_KEY = "YOUR_SECRET_KEY";

interface Props {
  workspace: string;
  source: Source;
  fresh: NewKey | null;
  onFresh: (key: NewKey) => void;
}

export function SetUp({ workspace, source, fresh, onFresh }: Props) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const asked = useSearch({ from: "/w/$workspace/sources/$source" }).setup;
  const [typed, setTyped] = useState(location.origin);
  const [chosen, setChosen] = useState<string | null>(null);
  const address = addressOf(typed);
  const place = { address: address ?? location.origin, key: HIDDEN_KEY };
  const known = setupsOf(place);
  const kind: KeyKind = (known.find(({ id }) => id === asked) ?? known[0])?.key ?? "public";
  const keys = source.keys.filter((key) => key.kind === kind);
  const key = keys.find(({ id }) => id === chosen) ?? keys.find(({ id }) => id === fresh?.id) ?? keys.find(({ expires_us }) => expires_us == null) ?? keys[0];
  const value = key?.key ?? (fresh && fresh.id === key?.id ? fresh.key : HIDDEN_KEY);
  const setups = setupsOf({ ...place, key: value });
  const setup = setups.find(({ id }) => id === asked) ?? setups[0];
  if (!setup) return null;
  const choose = (id: string | undefined) =>
    void navigate({
      to: "/w/$workspace/sources/$source",
      params: { workspace, source: source.id },
      search: id === undefined ? {} : { setup: id },
      replace: true,
      resetScroll: false,
    });
  const ofVendor = setups.filter(({ vendor }) => vendor === setup.vendor);
  const note = `sdk.note.${setup.id}`;
  return (
    <section className="card card-body set-up" aria-labelledby="setup-title">
      <h2 id="setup-title">{t("sdk.title")}</h2>
      <div className="scope">
        <Picker
          label={t("sdk.sdk")}
          value={setup.vendor}
          choices={VENDORS.map((id) => ({ id, label: t(`sdk.vendor.${id}`) }))}
          onChange={(vendor) => choose(setups.find((other) => other.vendor === vendor)?.id)}
        />
        {ofVendor.length > 1 && (
          <Segmented
            label={t("sdk.platform")}
            value={setup.id}
            choices={ofVendor.map(({ id, platform }) => ({ id, label: t(`sdk.platform.${platform ?? "web"}`) }))}
            onChange={choose}
          />
        )}
        {key && (
          <Picker
            label={t(`keys.kind.${kind}`)}
            value={key.id}
            choices={keys.map(({ id, start, expires_us }) => ({ id, label: `${start}…`, ...(expires_us == null ? {} : { note: t("keys.ending") }) }))}
            onChange={setChosen}
          />
        )}
      </div>
      <div className="set-up-address">
        <TextField label={t("sdk.address")} value={typed} onChange={setTyped} fault={address === null ? t("sdk.addressFault") : undefined} hint={t("sdk.addressHint")} />
      </div>
      {i18n.exists(note) && <p>{t(note as "sdk.note.gtag")}</p>}
      {!key && <NoKey workspace={workspace} source={source.id} kind={kind} onFresh={onFresh} />}
      {key && value === HIDDEN_KEY && <p className="sub">{t("sdk.hidden", { placeholder: HIDDEN_KEY })}</p>}
      {setup.blocks.map(({ goes, code }) => (
        <Code key={code} label={t(`sdk.goes.${goes}`)}>
          {code}
        </Code>
      ))}
    </section>
  );
}

function NoKey({ workspace, source, kind, onFresh }: { workspace: string; source: string; kind: KeyKind; onFresh: (key: NewKey) => void }) {
  const { t } = useTranslation();
  const make = useMakeKey(workspace, source, onFresh);
  return (
    <div className="set-up-key">
      <p>{t(`sdk.noKey.${kind}`)}</p>
      <Allowed to="manage_keys">
        <Button look="primary" onPress={() => make.mutate({ kind: kind })} isDisabled={make.isPending}>
          {t(`keys.new.${kind}`)}
        </Button>
      </Allowed>
      {make.error && <Failure error={make.error} />}
    </div>
  );
}

// One of two customers: its identifiers, and where and when it was met.
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { CustomerIdentity, IdentityMember } from "../../api/types";
import { useChannelName } from "../../ui/channel";
import { Fact } from "../../ui/Fact";
import { useFormat } from "../../ui/format";
import { useIdentityWords } from "../../ui/identity/words";

const MEMBERS_SHOWN = 8;

interface Props {
  title: string;
  workspace: string;
  zone: string;
  side: CustomerIdentity;
  /** The identifier the case is about, on this side. */
  about: IdentityMember;
}

export function Side({ title, workspace, zone, side, about }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const channelName = useChannelName();
  const { presence, members, members_count: count } = side;
  const ordered = members.toSorted((a, b) => Number(b.profile === about.profile) - Number(a.profile === about.profile));
  return (
    <section className="identity-side" aria-label={title}>
      <h3>
        {title}{" "}
        {presence.events > 0 && (
          <Link to="/w/$workspace/customers/$customer" params={{ workspace, customer: side.customer }} search={{}}>
            {t("identity.timeline")}
          </Link>
        )}
      </h3>
      <ul className="identity-members">
        {ordered.slice(0, MEMBERS_SHOWN).map((member) => (
          <li key={member.profile} className={member.profile === about.profile ? "identity-about" : undefined}>
            <MemberText member={member} />
          </li>
        ))}
      </ul>
      {count > MEMBERS_SHOWN && <p className="sub">{t("identity.moreMembers", { n: format.whole(count - MEMBERS_SHOWN) })}</p>}
      <dl className="inspect-facts">
        <Fact name={t("customers.events")} value={format.whole(presence.events)} />
        {presence.channels.map(({ channel, events }) => (
          <Fact key={channel} name={channelName(channel)} value={format.whole(events)} />
        ))}
        {presence.first_us != null && <Fact name={t("customers.first")} value={format.dateTime(presence.first_us, zone)} />}
        {presence.last_us != null && <Fact name={t("customers.last")} value={format.dateTime(presence.last_us, zone)} />}
      </dl>
    </section>
  );
}

export function MemberText({ member }: { member: IdentityMember }) {
  const { t } = useTranslation();
  const words = useIdentityWords();
  return (
    <span className="identity-member">
      <span className="badge">{words.kind(member.kind)}</span>{" "}
      {member.namespace != null && member.value != null ? (
        <>
          <span className="sub">{member.namespace}</span> <strong>{member.value}</strong>
        </>
      ) : (
        t("identity.nameless", { id: member.profile ?? "" })
      )}
    </span>
  );
}

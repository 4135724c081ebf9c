// The keys the app knows, and the switch for those of a single character.
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Drawer } from "../../ui/Drawer";
import { COMMAND_KEYS, useSingleKeys } from "./keys";
import "./command.css";

/** Each: keys, and the text that says what they do. */
const GROUPS = [
  {
    title: "shortcuts.everywhere",
    keys: [
      [COMMAND_KEYS.join(" "), "shortcuts.menu"],
      ["?", "shortcuts.thisList"],
      ["Esc", "shortcuts.shut"],
      ["Tab", "shortcuts.next"],
    ],
  },
  {
    title: "shortcuts.lists",
    keys: [
      ["↑ ↓ ← →", "shortcuts.walk"],
      ["Home End", "shortcuts.ends"],
      ["Enter", "shortcuts.openIt"],
    ],
  },
  {
    title: "shortcuts.identity",
    keys: [
      ["j k", "shortcuts.cases"],
      ["1 2 3", "identity.keys.choose"],
      ["d", "identity.keys.decide"],
      ["u", "identity.keys.undo"],
    ],
  },
  { title: "shortcuts.sql", keys: [[`${COMMAND_KEYS[0]} Enter`, "shortcuts.runSql"]] },
] as const;

export default function Shortcuts({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [on, setOn] = useSingleKeys();
  return (
    <Drawer title={t("shortcuts.title")} onClose={onClose}>
      <div className="shortcuts">
        {GROUPS.map((group) => (
          <section key={group.title}>
            <h3>{t(group.title)}</h3>
            <dl>
              {group.keys.map(([keys, what]) => (
                <div key={keys}>
                  <dt>
                    <Keys keys={keys} />
                  </dt>
                  <dd>{t(what)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <label>
          <input type="checkbox" checked={on} onChange={(event) => setOn(event.target.checked)} /> {t("shortcuts.single")}
        </label>
        <p className="sub">{t("shortcuts.singleWhy")}</p>
      </div>
    </Drawer>
  );
}

function Keys({ keys }: { keys: string }): ReactNode {
  return keys.split(" ").map((key) => <kbd key={key}>{key}</kbd>);
}

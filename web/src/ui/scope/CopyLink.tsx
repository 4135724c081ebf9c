// Stores the view and copies its short address. A rolling period is asked about: the link may follow the data or
// keep showing these days.
import { Link2 } from "lucide-react";
import { useState } from "react";
import { Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { saveView } from "../../api/queries";
import type { WorkspaceInfo } from "../../api/types";
import { Button } from "../Controls";
import { useMay } from "../rights";
import { CopyButton } from "../States";
import { fixed } from "./period";
import type { PeriodChoice } from "./period";

interface Props {
  workspace: WorkspaceInfo;
  period: PeriodChoice;
  /** The view as it is stored, of a period. */
  stored: (period: PeriodChoice) => object;
}

export function CopyLink({ workspace, period, stored }: Props) {
  const { t } = useTranslation();
  const [said, setSaid] = useState("");
  const may = useMay();
  // Who may store nothing hands on the address as it stands.
  if (!may("save_views")) return <CopyButton text={location.href} label={t("link.copy")} />;
  const copy = async (of: PeriodChoice) => {
    try {
      const { hash } = await saveView(workspace.id, stored(of));
      await navigator.clipboard.writeText(`${location.origin}/w/${workspace.id}/s/${hash}`);
      setSaid(t("link.copied"));
    } catch {
      setSaid(t("link.failed"));
    }
  };
  const label = (
    <>
      <Link2 size={14} aria-hidden />
      {t("link.copy")}
    </>
  );
  return (
    <span className="copy-link">
      {period.kind === "last" ? (
        <MenuTrigger>
          <Button look="primary">{label}</Button>
          <Popover className="popover" offset={4} placement="bottom end">
            <Menu
              className="menu"
              aria-label={t("link.copy")}
              onAction={(key) => void copy(key === "fixed" ? fixed(period, workspace) : period)}
            >
              <MenuItem id="rolling" className="option">
                {t("link.rolling", { count: period.days })}
              </MenuItem>
              <MenuItem id="fixed" className="option">
                {t("link.fixed")}
              </MenuItem>
            </Menu>
          </Popover>
        </MenuTrigger>
      ) : (
        <Button look="primary" onPress={() => void copy(period)}>
          {label}
        </Button>
      )}
      <span role="status" className="link-said">
        {said}
      </span>
    </span>
  );
}

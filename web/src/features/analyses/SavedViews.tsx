// Views with a name. The server keeps a view under its hash; which views this person named stands in this browser.
import { Link } from "@tanstack/react-router";
import { Bookmark, X } from "lucide-react";
import { useState } from "react";
import { Dialog, DialogTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { saveView } from "../../api/queries";
import { Button } from "../../ui/Controls";
import { TextField } from "../../ui/Fields";
import { readSaved, writeSaved } from "./saved";

export function SavedViews({ workspace, stored }: { workspace: string; stored: () => Record<string, unknown> }) {
  const { t } = useTranslation();
  const [views, setViews] = useState(() => readSaved(workspace));
  const [name, setName] = useState("");
  const [said, setSaid] = useState("");
  const put = (next: typeof views) => {
    setViews(next);
    writeSaved(workspace, next);
  };
  const save = async () => {
    const view = stored();
    try {
      const { hash } = await saveView(workspace, view);
      put([{ name: name.trim(), hash, kind: String(view["kind"]) }, ...views.filter((other) => other.name !== name.trim())]);
      setName("");
      setSaid(t("saved.done"));
    } catch {
      setSaid(t("saved.failed"));
    }
  };
  return (
    <DialogTrigger>
      <Button>
        <Bookmark size={14} aria-hidden />
        {t("saved.title")}
      </Button>
      <Popover className="popover" offset={4} placement="bottom end">
        <Dialog className="saved" aria-label={t("saved.title")}>
          <form
            className="saved-form"
            onSubmit={(event) => {
              event.preventDefault();
              if (name.trim() !== "") void save();
            }}
          >
            <TextField label={t("saved.name")} value={name} onChange={setName} />
            <Button type="submit" look="primary" isDisabled={name.trim() === ""}>
              {t("saved.save")}
            </Button>
          </form>
          <p role="status" className="sub">
            {said || t("saved.where")}
          </p>
          {views.length > 0 && (
            <ul className="saved-list" aria-label={t("saved.list")}>
              {views.map((view) => (
                <li key={view.name}>
                  <Link to="/w/$workspace/s/$hash" params={{ workspace, hash: view.hash }}>
                    {view.name}
                  </Link>
                  <span className="sub">{t(`analysis.${view.kind}` as "analysis.funnel")}</span>
                  <Button look="quiet" icon aria-label={t("saved.remove", { name: view.name })} onPress={() => put(views.filter((other) => other !== view))}>
                    <X size={14} aria-hidden />
                  </Button>
                </li>
              ))}
            </ul>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

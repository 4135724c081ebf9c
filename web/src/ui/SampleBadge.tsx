// That a workspace holds sample or simulated data; pressed, where it comes from.
import { Button as AriaButton, Dialog, DialogTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";

import type { Sample } from "../api/types";

export function SampleBadge({ sample }: { sample: Sample }) {
  const { t } = useTranslation();
  const kind = t(`sample.${sample.kind}`);
  return (
    <DialogTrigger>
      <AriaButton className="badge badge-bad sample">{kind}</AriaButton>
      <Popover className="popover" offset={4} placement="bottom start">
        <Dialog className="sample-about" aria-label={kind}>
          <p>{t(`sample.${sample.kind}.about`)}</p>
          <dl>
            <dt>{t("workspace.licence")}</dt>
            <dd>{sample.licence}</dd>
            <dt>{t("workspace.origin")}</dt>
            <dd>{sample.origin}</dd>
          </dl>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

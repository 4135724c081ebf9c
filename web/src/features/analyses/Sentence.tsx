// Sentences of a finding, each number of it openable, joined as the language joins sentences.
import type { ReactElement } from "react";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";

import { useFormat } from "../../ui/format";
import { useLanguage } from "../../ui/language";
import type { Interval } from "./interval";

export function Sentences({ of }: { of: readonly (ReactElement | null | false | undefined)[] }) {
  // A Chinese full stop brings its own space.
  const gap = useLanguage() === "zh-CN" ? "" : " ";
  const said = of.filter((each) => each !== undefined && each !== null && each !== false);
  return said.map((each, index) => (
    <Fragment key={each.key}>
      {index > 0 && gap}
      {each}
    </Fragment>
  ));
}

interface ShareText {
  share: (at: Interval | null) => string;
  interval: (at: Interval | null) => string;
  /** Both, as short as a line below a picture takes it; the bounds may be missing. */
  bounds: (at: { y: number; low?: number; high?: number }) => string;
  /** On a scale: without digits that say nothing. */
  mark: (share: number) => string;
}

/** A share and its 95 % interval as text. */
export function useShareText(): ShareText {
  const { t } = useTranslation();
  const format = useFormat();
  return {
    share: (at) => format.percent(at?.share),
    interval: (at) => (at ? t("share.interval", { low: format.percent(at.low), high: format.percent(at.high) }) : ""),
    bounds: ({ y, low, high }) => (low === undefined || high === undefined ? format.percent(y) : t("share.bounds", { share: format.percent(y), low: format.percent(low), high: format.percent(high) })),
    mark: (share) => format.percent(share).replace(/\.0%$/, "%"),
  };
}

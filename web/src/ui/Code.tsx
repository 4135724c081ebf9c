// Some lines of code, as they stand, with a button that copies them.
import { useTranslation } from "react-i18next";

import { CopyButton } from "./States";

export function Code({ label, children }: { label: string; children: string }) {
  const { t } = useTranslation();
  return (
    <figure className="code">
      <figcaption>
        <span className="sub">{label}</span>
        <CopyButton text={children} label={t("code.copy", { label })} icon />
      </figcaption>
      {/* It may be wider than the page: a scrollable region must be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre role="region" aria-label={label} tabIndex={0}>
        <code>{children}</code>
      </pre>
    </figure>
  );
}

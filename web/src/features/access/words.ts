// What is wrong with a field, in words.
import { useTranslation } from "react-i18next";

import { PASSWORD_MIN } from "./checks";
import type { FieldFault } from "./checks";

/** Gives the words for a fault, once the form was sent; before that nothing is wrong. */
export function useFaultText(asked: boolean): (fault: FieldFault | null) => string | undefined {
  const { t } = useTranslation();
  return (fault) => (asked && fault !== null ? t(`form.fault.${fault}`, { n: PASSWORD_MIN }) : undefined);
}

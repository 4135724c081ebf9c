// A rule of an analysis that has a name of its own instead of a place among steps: what starts, what returns, what converts.
import type { AskedRule } from "../../api/queries";
import type { WorkspaceInfo } from "../../api/types";
import { RuleEditor } from "./RuleEditor";
import { says } from "./rules";

interface Props {
  workspace: WorkspaceInfo;
  label: string;
  /** Where what stands beside it says already what it is for. */
  labelHidden?: boolean;
  /** Empty where nothing is chosen. */
  rule: AskedRule;
  /** What nothing chosen means: 「任意事件」; left out where something has to be chosen. */
  unchosen?: string;
  onChange: (rule: AskedRule) => void;
}

export function RuleField({ workspace, label, labelHidden = false, rule, unchosen, onChange }: Props) {
  const editor = (
    <RuleEditor
      workspace={workspace}
      step={{ name: "", match: rule.length === 0 ? [{}] : rule }}
      index={0}
      of={label}
      {...(unchosen === undefined ? {} : { unchosen })}
      onChange={({ match }) => onChange(match.length > 1 || match.some(says) ? match : [])}
    />
  );
  if (labelHidden) return editor;
  return (
    <div className="rule-field" role="group" aria-label={label}>
      <span className="field-label" aria-hidden>
        {label}
      </span>
      {editor}
    </div>
  );
}

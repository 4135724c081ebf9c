// The steps of a wizard, and which of them it is at.
import { Check } from "lucide-react";
import "./files.css";

export function Steps({ names, at }: { names: readonly string[]; at: number }) {
  return (
    <ol className="wizard-steps">
      {names.map((name, index) => (
        <li key={name} className={index === at ? "wizard-step now" : "wizard-step"} aria-current={index === at ? "step" : undefined}>
          <span className="step-number" aria-hidden>
            {index < at ? <Check size={12} /> : index + 1}
          </span>
          {name}
        </li>
      ))}
    </ol>
  );
}

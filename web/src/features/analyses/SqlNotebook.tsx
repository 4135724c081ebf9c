// A notebook of SQL statements over the workspace's events: run each, stop it, page through its rows.
import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { newQueryId } from "../../api/client";
import type { WorkspaceInfo } from "../../api/types";
import { Button } from "../../ui/Controls";
import { CopyLink } from "../../ui/scope/CopyLink";
import { SavedViews } from "../../ui/views/SavedViews";
import { PageHead } from "./PageHead";
import { SqlCell } from "./SqlCell";
import { storedForm } from "./view";
import type { SqlView } from "./view";

interface Props {
  workspace: WorkspaceInfo;
  view: SqlView;
  onChange: (change: Partial<SqlView>) => void;
}

interface OwnCell {
  /** Stays while the cell moves. */
  id: string;
  sql: string;
}

/** What one can begin with; each works on every workspace. */
const EXAMPLES = {
  events: "SELECT event, count(*) AS n, count(DISTINCT customer) AS customers\nFROM events\nGROUP BY event\nORDER BY n DESC",
  days: "SELECT date_trunc('day', time) AS day, count(*) AS n\nFROM events\nGROUP BY day\nORDER BY day",
  sessions: `SELECT * FROM sessions('{"timeout": "30m", "rows": "events"}')`,
} as const;

const CELLS_MAX = 50;

function cellOf(sql: string): OwnCell {
  return { id: `cell-${newQueryId()}`, sql };
}

export default function SqlNotebook({ workspace, view, onChange }: Props) {
  const { t } = useTranslation();
  const [cells, setCells] = useState<OwnCell[]>(() => (view.cells.length > 0 ? view.cells : [EXAMPLES.events]).map(cellOf));
  const put = (changed: OwnCell[]) => {
    setCells(changed);
    onChange({ cells: changed.map(({ sql }) => sql) });
  };
  const move = (index: number, by: -1 | 1) => {
    const [from, to] = [cells[index], cells[index + by]];
    if (from && to) put(cells.with(index, to).with(index + by, from));
  };
  const current: SqlView = { kind: "sql", cells: cells.map(({ sql }) => sql) };
  return (
    <>
      <PageHead workspace={workspace} view={view}>
        <SavedViews workspace={workspace.id} stored={() => storedForm(current)} />
        <CopyLink workspace={workspace} period={{ kind: "all" }} stored={() => storedForm(current)} />
      </PageHead>
      <p className="editor-note">{t("sql.help")}</p>
      <ol className="cells">
        {cells.map((cell, index) => (
          <li key={cell.id} className="card cell" aria-label={t("sql.cell", { n: index + 1 })}>
            <SqlCell
              workspace={workspace}
              id={cell.id}
              n={index + 1}
              sql={cell.sql}
              onChange={(sql) => setCells(cells.with(index, { ...cell, sql }))}
              onDone={() => onChange({ cells: cells.map(({ sql }) => sql) })}
              actions={
                <>
                  <Button look="quiet" icon aria-label={t("sql.up", { n: index + 1 })} isDisabled={index === 0} onPress={() => move(index, -1)}>
                    <ArrowUp size={14} aria-hidden />
                  </Button>
                  <Button look="quiet" icon aria-label={t("sql.down", { n: index + 1 })} isDisabled={index === cells.length - 1} onPress={() => move(index, 1)}>
                    <ArrowDown size={14} aria-hidden />
                  </Button>
                  <Button look="quiet" icon aria-label={t("sql.remove", { n: index + 1 })} onPress={() => put(cells.toSpliced(index, 1))}>
                    <X size={14} aria-hidden />
                  </Button>
                </>
              }
            />
          </li>
        ))}
      </ol>
      <div className="scope">
        <Button onPress={() => put([...cells, cellOf("")])} isDisabled={cells.length >= CELLS_MAX}>
          <Plus size={14} aria-hidden />
          {t("sql.add")}
        </Button>
        {(Object.keys(EXAMPLES) as (keyof typeof EXAMPLES)[]).map((example) => (
          <Button key={example} look="quiet" onPress={() => put([...cells, cellOf(EXAMPLES[example])])} isDisabled={cells.length >= CELLS_MAX}>
            {t(`sql.example.${example}`)}
          </Button>
        ))}
      </div>
    </>
  );
}

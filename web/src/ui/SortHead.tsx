// The head of a column by which rows can be ordered. A first press has the largest number, or the first name, on top; the
// next turns the order round.

export interface Sorting<Column extends string | number> {
  column: Column;
  down: boolean;
}

interface Props<Column extends string | number> {
  column: Column;
  name: string;
  numeric?: boolean;
  by: Sorting<Column> | null;
  onSort: (by: Sorting<Column>) => void;
}

export function SortHead<Column extends string | number>({ column, name, numeric = false, by, onSort }: Props<Column>) {
  const own = by?.column === column;
  const way = own ? { "aria-sort": by.down ? ("descending" as const) : ("ascending" as const) } : {};
  return (
    <th scope="col" {...(numeric ? { className: "numeric" } : {})} {...way}>
      <button type="button" className="sort-button" onClick={() => onSort({ column, down: own ? !by.down : numeric })}>
        {name}
        <span className="sort-mark" aria-hidden>
          {own ? (by.down ? "↓" : "↑") : ""}
        </span>
      </button>
    </th>
  );
}

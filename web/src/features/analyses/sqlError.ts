// Where a statement is wrong, as the message says it.

export interface ErrorPlace {
  /** Both from 1. */
  line: number;
  column: number;
}

/** The place a message of the SQL parser names; null where it names none within the statement. */
export function errorPlace(message: string, sql: string): ErrorPlace | null {
  const found = /Line: (\d+), Column: (\d+)/.exec(message);
  const [line, column] = [Number(found?.[1]), Number(found?.[2])];
  const text = sql.split("\n")[line - 1];
  return found && text !== undefined && column >= 1 && column <= text.length + 1 ? { line, column } : null;
}

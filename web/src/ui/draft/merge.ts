// Two people's changes of one definition, put together: what only one of them touched is as that one left it.
import { same } from "./same";

type Fields = Record<string, unknown>;
type Item = Fields & { id: string };

const isFields = (value: unknown): value is Fields => value !== null && typeof value === "object" && !Array.isArray(value);
const isItems = (value: unknown): value is Item[] => Array.isArray(value) && value.every((item) => isFields(item) && typeof item["id"] === "string");

/** What both changed in the same place is as in `mine`. Items of lists are known by their ids. */
export function merged<T>(base: T, mine: T, theirs: T): T {
  return merge(base, mine, theirs) as T;
}

function merge(base: unknown, mine: unknown, theirs: unknown): unknown {
  if (same(base, mine)) return theirs;
  if (same(base, theirs) || same(mine, theirs)) return mine;
  if (isFields(mine) && isFields(theirs)) return fields(isFields(base) ? base : {}, mine, theirs);
  if (isItems(mine) && isItems(theirs)) return items(isItems(base) ? base : [], mine, theirs);
  return mine;
}

function fields(base: Fields, mine: Fields, theirs: Fields): Fields {
  const names = [...new Set([...Object.keys(mine), ...Object.keys(theirs)])];
  const all = names.map((name) => [name, merge(base[name], mine[name], theirs[name])] as const);
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}

function items(base: Item[], mine: Item[], theirs: Item[]): Item[] {
  const of = (list: Item[], id: string) => list.find((item) => item.id === id);
  const kept = mine.flatMap((item) => {
    const [was, other] = [of(base, item.id), of(theirs, item.id)];
    if (was && !other) return same(was, item) ? [] : [item];
    return [merge(was, item, other ?? item) as Item];
  });
  // Where I left the order alone, theirs holds.
  const orderOf = (list: Item[]) => list.map(({ id }) => id).filter((id) => of(base, id) && of(mine, id) && of(theirs, id));
  const ordered = same(orderOf(base), orderOf(mine)) ? inOrderOf(kept, theirs) : kept;
  return theirs.reduce<Item[]>((list, item, at) => {
    if (of(base, item.id) || of(list, item.id)) return list;
    const before = theirs.slice(0, at).findLast(({ id }) => of(list, id));
    return list.toSpliced(before ? list.findIndex(({ id }) => id === before.id) + 1 : 0, 0, item);
  }, ordered);
}

/** Items that `order` has, too, change places among themselves until they stand as there. */
function inOrderOf(list: Item[], order: Item[]): Item[] {
  const shared = order.flatMap(({ id }) => list.find((item) => item.id === id) ?? []);
  const isShared = new Set(shared.map(({ id }) => id));
  let next = 0;
  return list.map((item) => (isShared.has(item.id) ? (shared[next++] ?? item) : item));
}

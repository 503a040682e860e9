// Values that a receipt is to have, in the structure of items.json: what is changed by hand, and what follows from it.

// What an item no longer has once one of its values is another: the others follow from it.
const DERIVED = {
  amount: ["gross", "unit_price", "discount"], gross: ["amount", "unit_price", "discount"],
  quantity: ["gross", "amount", "discount"], unit_price: ["gross", "amount", "discount"], discount: ["amount"],
};
const NEW_ITEM = { name: "New item", amount: "1.00" };

/** Give the single values of a receipt, each `{ path, value }`, whose path is a list of keys and indices. */
export function leavesOf(values, path = []) {
  return Object.entries(values).flatMap(([key, value]) => {
    const here = [...path, Array.isArray(values) ? Number(key) : key];
    return typeof value === "object" && value !== null ? leavesOf(value, here) : [{ path: here, value: String(value) }];
  });
}

/** Give given values with another one at a path. A list of which something is given is given whole, as it was printed. */
export function withValue(given, { values, unprinted }, path, text) {
  const changed = structuredClone(given ?? {});
  let [here, printed] = [changed, values];
  for (const key of path.slice(0, -1)) {
    printed = printed?.[key];
    here = here[key] ??= Array.isArray(printed) ? structuredClone(printed) : {};
  }
  const key = path.at(-1);
  here[key] = text;
  if (path[0] === "items" && path.length > 2) settle(here, path, unprinted);
  return changed;
}

/** Drop what follows from a changed value of an item; its price is kept where it was drawn. */
function settle(item, [, index, key], unprinted) {
  for (const name of DERIVED[key] ?? []) delete item[name];
  if (key === "quantity") item.unit_price ??= unprinted?.items?.[index]?.unit_price;
}

/** Give given values without what is at a path, and without the list that it belongs to. */
export function withoutValue(given, path) {
  const changed = structuredClone(given);
  const end = path.findIndex((step) => typeof step === "number");
  drop(changed, end < 0 ? path : path.slice(0, end));
  return Object.keys(changed).length ? changed : null;
}

function drop(values, [key, ...rest]) {
  if (rest.length) drop(values[key], rest);
  if (!rest.length || !Object.keys(values[key]).length) delete values[key];
}

/** Give given values with one more item, or without that of an index. */
export const withItem = (given, { values }) => ({ ...given, items: [...structuredClone(given?.items ?? values.items ?? []), { ...NEW_ITEM }] });
export function withoutItem(given, { values }, index) {
  return { ...given, items: structuredClone(given?.items ?? values.items).filter((_, other) => other !== index) };
}

/** Give the values that a receipt printed, with those that are given in their places: also where it is refused. */
export function withGiven(printed, given) {
  if (typeof given !== "object" || given === null) return given ?? printed;
  if (Array.isArray(given)) return given.map((value, index) => withGiven(given.length === printed?.length ? printed[index] : undefined, value));
  const keys = new Set([...Object.keys(printed ?? {}), ...Object.keys(given)]);
  return Object.fromEntries([...keys].map((key) => [key, withGiven(printed?.[key], given[key])]));
}

/** Tell whether a value is given. */
export const isGiven = (given, path) => path.reduce((here, key) => here?.[key], given ?? undefined) !== undefined;

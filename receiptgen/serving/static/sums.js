// Whether the amounts of a receipt add up, exactly: numbers are whole multiples of 0.0001.

const PLACES = 4;
const UNIT = 10n ** BigInt(PLACES);
// The smallest coin where there are no cents; a tax that is reckoned again from rounded amounts may be off by two cents.
const [COIN, TAX_ROUNDED] = [UNIT / 20n, UNIT / 50n];

/** Give a number that a text says, with a point or a comma, as multiples of 0.0001; null where it says none. */
export function parse(text) {
  const found = /^\s*([-+]?)(\d*)(?:[.,](\d{1,4}))?\s*$/.exec(text ?? "");
  if (!found || !(found[2] || found[3])) return null;
  const units = BigInt(found[2] || 0) * UNIT + BigInt((found[3] ?? "").padEnd(PLACES, "0"));
  return found[1] === "-" ? -units : units;
}

const decimalsOf = (text) => /[.,](\d+)\s*$/.exec(text ?? "")?.[1].length ?? 0;
const size = (units) => (units < 0n ? -units : units);

/** Give multiples of 0.0001 as a text with at least some decimals. */
export function format(units, decimals) {
  const digits = size(units).toString().padStart(PLACES + 1, "0");
  const [whole, rest] = [digits.slice(0, -PLACES), digits.slice(-PLACES).replace(/0+$/, "").padEnd(decimals, "0")];
  return (units < 0n ? "-" : "") + whole + (rest && `.${rest}`);
}

/** Give the sum of numbers, leaving out what is null. */
const added = (numbers) => numbers.reduce((sum, number) => sum + (number ?? 0n), 0n);

/** Give how far a wanted amount is from the nearest of some sums. */
const nearest = (wanted, sums) => sums.map((sum) => wanted - sum).sort((a, b) => (size(a) < size(b) ? -1 : 1))[0];

/** Give the sums of an amount and any of some others. */
const withAny = (base, others) => others.reduce((sums, other) => sums.concat(sums.map((sum) => sum + other)), [base]);

/** Give a number rounded to whole steps, half up. */
const rounded = (number, step) => ((2n * size(number) + step) / (2n * step)) * step * (number < 0n ? -1n : 1n);

/** Give what is paid for an item: its amount, or what is left of it where a discount stands below. */
function paidFor({ amount, gross, discount }) {
  const whole = parse(gross);
  return parse(amount) ?? (whole === null ? null : whole - (parse(discount) ?? 0n));
}

/** Give by how much the amount of an item is off its quantity times its price; null where nothing can tell. */
export function itemOff(item) {
  const [quantity, price, gross, off, amount] = [item.quantity, item.unit_price, item.gross, item.discount, item.amount].map(parse);
  const paid = [amount, gross].filter((number) => number !== null);
  if (price === null || quantity === null || !paid.length) return null;
  // A cash register rounds to what it prints.
  const unit = 10n ** BigInt(PLACES - Math.min(decimalsOf(item.amount || item.gross), PLACES));
  const product = rounded(quantity * price, unit * UNIT) / UNIT;
  return nearest(product, paid.flatMap((number) => [number, number + (off ?? 0n)]));
}

/** Give what fails of a receipt's taxes, a line each. */
function taxNotes(taxes) {
  return taxes.flatMap(({ name, percent, net, tax, gross }) => {
    const [rate, base, paid, whole] = [percent, net, tax, gross].map(parse);
    if (base === null || paid === null) return [];
    const share = rate === null ? 0n : paid - (base * rate) / (100n * UNIT);
    const notes = size(share) > TAX_ROUNDED ? [`${name} is off by ${format(size(rounded(share, UNIT / 100n)), 2)}`] : [];
    return whole === null || whole === base + paid ? notes : [...notes, `${name} with its net is off by ${format(size(whole - base - paid), 2)}`];
  });
}

/** Give how far what was paid is off what is owed; null where nothing can tell. */
function paidOff({ total, payable, rounding, tip, tenders, change }) {
  const owed = parse(payable) ?? parse(total);
  const given = tenders.map(parse).filter((number) => number !== null);
  if (owed === null || !given.length) return null;
  const paid = added(given) - (parse(change) ?? 0n);
  const off = nearest(paid, withAny(owed, [parse(rounding) ?? 0n, ...tip.map((text) => parse(text) ?? 0n)]));
  // Cash is rounded to the smallest coin, which some don't print.
  const coins = !parse(rounding) && parse(payable) === null && paid % COIN === 0n && size(off) < COIN;
  return coins ? 0n : off;
}

/** Tell whether a receipt adds up: `{ checked, notes }`, whether its total is borne out, null where nothing can tell,
 * and a line for each sum that fails.
 *
 * Receipts print tax and tip within their total or besides, so that any of these may be added.
 */
export function verdict(receipt) {
  const items = receipt.items.map(paidFor).filter((number) => number !== null);
  const [subtotal, total] = [receipt.subtotal, receipt.total].map(parse);
  const [off, service, tax, tip] = [receipt.discounts, receipt.service, receipt.tax, receipt.tip].map((texts) => added(texts.map(parse)));
  const checks = [];
  const check = (name, by) => checks.push({ name, by, decimals: decimalsOf(receipt.total || receipt.subtotal) });
  const goods = added(items);
  if (items.length && subtotal !== null) check("Subtotal", nearest(subtotal, withAny(goods, [-off, service, tax])));
  if (total !== null && (items.length || subtotal !== null)) {
    const sums = withAny(items.length ? goods : subtotal, [-off, service, tax, tip, parse(receipt.rounding) ?? 0n]);
    check("Total", nearest(total, sums));
  }
  const paid = paidOff(receipt);
  if (paid !== null) check(parse(receipt.change) === null ? "Paid" : "Change", paid);
  const about = checks.filter(({ name }) => name !== "Subtotal");
  return {
    checked: about.length ? about.every(({ by }) => by === 0n) : null,
    notes: [
      ...checks.filter(({ by }) => by !== 0n).map(({ name, by, decimals }) => `${name} is off by ${format(size(by), decimals)}`),
      ...receipt.items.filter(itemOff).map((item) => `${item.name || "An item"} is off by ${format(size(itemOff(item)), decimalsOf(item.amount))}`),
      ...taxNotes(receipt.taxes),
    ],
  };
}

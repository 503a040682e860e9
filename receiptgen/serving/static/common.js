// What all tabs need: elements by name, requests, files to save, switching tabs.

export const at = (id) => document.getElementById(id);

let pointer = ""; // where it was last
const placeOf = ({ clientX, clientY }) => `${clientX} ${clientY}`;
document.addEventListener("pointermove", (event) => (pointer = placeOf(event)));

/** Tell whether the pointer came to an element, or left it, by itself: not as what is below it was scrolled. */
export const isMoved = (event) => placeOf(event) !== pointer;

/** Send a request; give its JSON or plain text, or throw an Error with `faults`, lines of what is wrong. */
export async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw Object.assign(new Error(), { faults: ["the server can't be reached"] });
  }
  if (answer.ok && answer.headers.get("Content-Type").startsWith("text/plain")) return answer.text();
  const said = await answer.json().catch(() => ({ faults: [`the server answered ${answer.status}`] }));
  if (!answer.ok) throw Object.assign(new Error(), { faults: said.faults, status: answer.status });
  return said;
}

/** Have the browser save a text as a file. */
export function save(content, kind, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: kind }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Give rows whose cells no spreadsheet takes for formulas, as `receiptgen read --format csv` does. */
export const inert = (rows) => rows.map((row) => row.map((cell) => (
  /^[-=+@\t\r\n＝＋－＠]/.test(cell) && !/^[-+]?\d+([.,']\d+)*%?$/.test(cell) ? `'${cell}` : cell
)));

/** Give rows as spreadsheets read them. */
export function table(rows, separator, ending) {
  const quoted = (cell) => (/["\r\n]/.test(cell) || cell.includes(separator) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return rows.map((row) => row.map((cell) => quoted(String(cell))).join(separator) + ending).join("");
}

for (const list of document.querySelectorAll("[role=tablist]")) {
  const tabs = [...list.querySelectorAll("[role=tab]")];
  for (const tab of tabs) {
    tab.tabIndex = tab.getAttribute("aria-selected") === "true" ? 0 : -1; // Tab goes on; arrows go from tab to tab
    tab.addEventListener("click", () => {
      for (const other of tabs) {
        other.setAttribute("aria-selected", other === tab);
        other.tabIndex = other === tab ? 0 : -1;
        at(other.getAttribute("aria-controls")).hidden = other !== tab;
      }
      tab.dispatchEvent(new Event("shown"));
    });
    tab.addEventListener("keydown", (event) => {
      const offered = tabs.filter((one) => !one.hidden);
      const index = offered.indexOf(tab);
      const next = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: -1 }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      const chosen = offered.at(next % offered.length);
      chosen.focus();
      chosen.click();
    });
  }
}

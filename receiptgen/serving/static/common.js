// What both tabs need: elements by name, requests, switching tabs.

export const at = (id) => document.getElementById(id);

/** Send a request; give its JSON, or throw an Error with `faults`, lines of what is wrong. */
export async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw Object.assign(new Error(), { faults: ["the server can't be reached"] });
  }
  const said = await answer.json().catch(() => ({ faults: [`the server answered ${answer.status}`] }));
  if (!answer.ok) throw Object.assign(new Error(), { faults: said.faults });
  return said;
}

const tabs = [...document.querySelectorAll("[role=tab]")];
for (const tab of tabs) {
  tab.addEventListener("click", () => {
    for (const other of tabs) {
      other.setAttribute("aria-selected", other === tab);
      at(other.getAttribute("aria-controls")).hidden = other !== tab;
    }
    tab.dispatchEvent(new Event("shown"));
  });
}

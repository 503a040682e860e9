// One line that says what could not be done, until something else can; and questions before something is lost.

import { at } from "../common.js";

export function tell(text) {
  at("notice").textContent = text;
  at("notice").hidden = !text;
}

/** Ask whether to do something; give whether the answer is yes. */
export function agreed(question, yes) {
  const dialog = at("question");
  at("question-text").textContent = question;
  at("question-yes").textContent = yes;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

const labels = new Map(); // of buttons that say something else for now, each `{ label, timer }`

/** Copy a text, and say so on the button that was pressed. */
export async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return tell("the browser forbids copying; select the text and copy it by hand");
  }
  const { label, timer } = labels.get(button) ?? { label: button.textContent, timer: 0 };
  clearTimeout(timer);
  button.textContent = "Copied";
  const end = () => {
    button.textContent = label;
    labels.delete(button);
  };
  labels.set(button, { label, timer: setTimeout(end, 2000) });
}

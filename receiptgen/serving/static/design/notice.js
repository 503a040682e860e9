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

/** Copy a text, and say so on the button that was pressed. */
export async function copy(text, button) {
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    tell("the browser forbids copying; select the text and copy it by hand");
  }
  setTimeout(() => (button.textContent = label), 2000);
}

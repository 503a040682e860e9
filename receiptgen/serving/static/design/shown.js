// Work that is done only while a part of the page is shown, and again once what it depends on is another.

import { at } from "../common.js";

const PAUSE = 300; // milliseconds without a change

/**
 * Do work for the view of a tab, now if it is shown, else when it is: `work(signal)`, whose signal is aborted once it is overtaken.
 *
 * Gives a function that has it done again. A view that is left in the midst of its work begins again when it is next shown.
 */
export function whileShown(tab, work) {
  const view = at(at(tab).getAttribute("aria-controls"));
  let [isDue, timer, current] = [true, 0, new AbortController()];
  const begin = async () => {
    clearTimeout(timer);
    if (!isDue || view.hidden || at("design").hidden) return;
    current.abort();
    current = new AbortController();
    const { signal } = current;
    isDue = false;
    try {
      await work(signal);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
    if (view.hidden && signal.aborted) isDue = true;
  };
  const leaving = new MutationObserver(() => {
    if (!view.hidden) return;
    current.abort();
  });
  leaving.observe(view, { attributeFilter: ["hidden"] });
  at(tab).addEventListener("shown", begin);
  return () => {
    isDue = true;
    current.abort();
    clearTimeout(timer);
    timer = setTimeout(begin, PAUSE);
  };
}

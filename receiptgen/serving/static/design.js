// The second tab, whose modules are loaded when it is first shown. Addresses that end in #design open it.

import { at } from "./common.js";
import { tell } from "./design/notice.js";

let page = null; // what the tab is made of, once it is asked for

/** Show the tab, with the template that the address holds, if it holds one. */
function show() {
  const parts = new URLSearchParams(location.hash.slice(1));
  history.replaceState(null, "", "#design"); // so that a reload keeps what was typed since
  page ??= import("./design/page.js").then(({ begin }) => begin());
  page.then(({ receive }) => receive(parts)).catch(fail);
}

/** Say why the tab could not begin; the next time it is shown it tries again. */
function fail(error) {
  if (!error.faults) throw error;
  page = null;
  tell(error.faults.join("; "));
}

function follow() {
  if (new URLSearchParams(location.hash.slice(1)).has("design")) at("tab-design").click();
}

at("tab-design").addEventListener("shown", show);
at("tab-read").addEventListener("shown", () => history.replaceState(null, "", location.pathname));
window.addEventListener("hashchange", follow);
follow();

// Files of one's own that lie beside what is designed: logos, lists of goods, fonts. The browser keeps them over a reload.

export const MOST_FILES = 20;
export const MOST_BYTES = 8e6; // of all files together; the server has the same limits
const LONGEST_NAME = 100;
const NAME = /^(?![. ])[^/\\:*?"<>|\p{C}]+(?<![. ])$/u; // one that every system takes
const YAML = /\.ya?ml$/i;
const [DATABASE, STORE] = ["receiptgen", "files"];

/**
 * The files, by name. Dispatches "change" once one is added or removed.
 *
 * Each is `{ name, bytes, base64 }`; all are sent with each drawing, as they lie in one folder with what is designed.
 */
export class OwnFiles extends EventTarget {
  #files = new Map();
  #database = null;
  #changing = Promise.resolve(); // ends with the last change: a large file that was added first is not put over a later one
  /** Whether the browser keeps the files over a reload. */
  isKept = true;

  /** Give the files that the browser has kept. */
  static async opened() {
    const files = new OwnFiles();
    try {
      files.#database = await done(withStore(indexedDB.open(DATABASE, 1)));
      for (const { name, bytes } of await done(files.#store("readonly").getAll())) files.#files.set(name, entry(name, bytes));
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      files.isKept = false;
    }
    return files;
  }

  get list() { return [...this.#files.values()].sort((one, other) => one.name.localeCompare(other.name)); }
  get names() { return this.list.map(({ name }) => name); }
  get size() { return sizeOf(this.list); }

  /** What a request says of them: contents in base64 by name; null for none. */
  get request() {
    return this.#files.size ? Object.fromEntries(this.list.map(({ name, base64 }) => [name, base64])) : null;
  }

  /** Add a file, in place of one of its name; throws an Error with `faults`. */
  add(file) {
    return this.#inTurn(() => this.#add(file));
  }

  remove(name) {
    return this.#inTurn(() => this.#remove(name));
  }

  #inTurn(change) {
    const changed = this.#changing.then(change);
    this.#changing = changed.catch(() => {}); // who asked for it is told
    return changed;
  }

  async #add(file) {
    const others = this.list.filter(({ name }) => name !== file.name);
    const fault = faultOf(file, others);
    if (fault) throw Object.assign(new Error(), { faults: [`${file.name}: ${fault}`] });
    const bytes = new Uint8Array(await file.arrayBuffer());
    this.#files.set(file.name, entry(file.name, bytes));
    await this.#keep((store) => store.put({ name: file.name, bytes }));
    this.dispatchEvent(new Event("change"));
  }

  async #remove(name) {
    this.#files.delete(name);
    await this.#keep((store) => store.delete(name));
    this.dispatchEvent(new Event("change"));
  }

  /** Give the names of those that some texts name, or that YAML files among these name in turn. */
  namedIn(...texts) {
    const found = new Set();
    for (const text of texts) {
      for (const { name, bytes } of this.list) {
        if (found.has(name) || !text.includes(name)) continue;
        found.add(name);
        if (YAML.test(name)) texts.push(new TextDecoder().decode(bytes)); // which the loop comes to
      }
    }
    return [...found].sort((one, other) => one.localeCompare(other));
  }

  #store(mode) {
    return this.#database.transaction(STORE, mode).objectStore(STORE);
  }

  async #keep(change) {
    try {
      if (this.#database) await done(change(this.#store("readwrite")));
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      this.isKept = false; // no room, or forbidden
    }
  }
}

/** Say how large a number of bytes is. */
export function sizeText(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1e5 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

const sizeOf = (files) => files.reduce((sum, { bytes }) => sum + bytes.length, 0);

function faultOf({ name, size }, others) {
  if (!NAME.test(name) || name.length > LONGEST_NAME) return "a name that not every system takes; rename the file";
  if (!size) return "empty";
  if (others.length >= MOST_FILES) return `there are ${MOST_FILES} files already; remove one first`;
  const rest = MOST_BYTES - sizeOf(others);
  return size > rest ? `${sizeText(size)}, and there is room for ${sizeText(rest)} of ${sizeText(MOST_BYTES)}` : "";
}

function entry(name, bytes) {
  let chars = "";
  for (let start = 0; start < bytes.length; start += 32_768) chars += String.fromCharCode(...bytes.subarray(start, start + 32_768));
  return { name, bytes, base64: btoa(chars) };
}

/** Have a database that is opened for the first time made. */
function withStore(request) {
  request.addEventListener("upgradeneeded", () => request.result.createObjectStore(STORE, { keyPath: "name" }));
  return request;
}

/** Give the result of a request of a database. */
function done(request) {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    for (const end of ["error", "blocked"]) request.addEventListener(end, () => reject(request.error ?? new DOMException("blocked")));
  });
}

// Of what was begun several times and ends late, what was begun last is what counts.

/** Give a function that is called at each beginning, and gives in turn what tells whether nothing was begun since. */
export function turns() {
  let last = 0;
  return () => {
    const turn = ++last;
    return () => turn === last;
  };
}

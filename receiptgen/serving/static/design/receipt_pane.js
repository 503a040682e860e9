// The drawn receipt: its picture, and its words for who can't see it, or wants to copy them.

import { at } from "../common.js";

export function begin({ drawing }) {
  const pictures = [at("receipt"), ...at("design").querySelectorAll("img.copy")]; // other panes show it, too
  drawing.addEventListener("begin", () => pictures.forEach((picture) => picture.classList.add("stale")));
  drawing.addEventListener("drawn", ({ detail }) => {
    const { image, text, locale, width, height, milliseconds } = detail;
    for (const picture of pictures) {
      picture.src = image;
      picture.classList.remove("stale");
    }
    at("says").textContent = text;
    at("drawn").textContent = `${locale}, ${width} × ${height} pixels, in ${milliseconds.toFixed(0)} ms`;
  });
  drawing.addEventListener("refused", () => (at("drawn").textContent = "as it was before the fault"));
}

// The drawn receipt larger or smaller: buttons, keys, the wheel with Ctrl, and the hand that moves it.

import { at } from "../common.js";

const STEPS = [0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8]; // of the size at which the picture fits
const KEYS = { "+": 1, "=": 1, "-": -1 };

export function begin() {
  const [stage, canvas, picture] = [at("stage-drawn"), at("canvas"), at("receipt")];
  let zoom = 1;

  /** Scale the picture relative to the size at which it fits; the given point of the stage keeps its place. */
  const show = (next, x = stage.clientWidth / 2, y = stage.clientHeight / 2) => {
    const before = canvas.getBoundingClientRect();
    const frame = stage.getBoundingClientRect();
    const [across, down] = [(frame.left + x - before.left) / before.width, (frame.top + y - before.top) / before.height];
    zoom = next;
    const fitting = Math.min(picture.naturalWidth, stage.clientWidth);
    canvas.classList.toggle("zoomed", zoom !== 1);
    canvas.style.width = zoom === 1 ? "" : `${fitting * zoom}px`;
    const after = canvas.getBoundingClientRect();
    stage.scrollBy(after.left + across * after.width - frame.left - x, after.top + down * after.height - frame.top - y);
    at("zoomed").textContent = `${Math.round(100 * zoom)} %`;
  };
  const step = (by, ...point) => {
    const next = STEPS[STEPS.indexOf(zoom) + by];
    if (next) show(next, ...point);
  };

  at("larger").addEventListener("click", () => step(1));
  at("smaller").addEventListener("click", () => step(-1));
  at("fit").addEventListener("click", () => show(1));
  picture.addEventListener("load", () => zoom === 1 || show(zoom));
  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "0") show(1);
    else if (KEYS[event.key]) step(KEYS[event.key]);
  });
  stage.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return; // without, it scrolls
    event.preventDefault();
    const { left, top } = stage.getBoundingClientRect();
    step(event.deltaY < 0 ? 1 : -1, event.clientX - left, event.clientY - top);
  }, { passive: false });
  movable(stage);
}

/** Have what is larger than its frame follow the mouse while its button is down; fingers move it anyway. */
function movable(stage) {
  stage.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button) return;
    const move = ({ movementX, movementY }) => stage.scrollBy(-movementX, -movementY);
    const end = () => {
      stage.classList.remove("moved");
      stage.removeEventListener("pointermove", move);
    };
    stage.setPointerCapture(event.pointerId);
    stage.classList.add("moved");
    stage.addEventListener("pointermove", move);
    stage.addEventListener("lostpointercapture", end, { once: true });
    event.preventDefault(); // else the browser drags the image
  });
}

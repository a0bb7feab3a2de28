// Elements without markup: nothing that a server says is ever read as HTML.

let sentences = {};

export function learn(texts) {
  sentences = texts;
}

/** Return a sentence of the catalogue with its parameters filled in. */
export function say(code, parameters = {}) {
  const sentence = sentences[code] ?? code;
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => parameters[name] ?? whole);
}

/** Return an element; attributes that are functions listen, false and null are left out. */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === "function") made.addEventListener(name, value);
    else if (name === "value") made.value = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

/** Place an element over a picture; box and size are in pixels of the picture. */
export function place(element, box, size) {
  const [left, top, width, height] = box;
  element.style.left = `${(100 * left) / size[0]}%`;
  element.style.top = `${(100 * top) / size[1]}%`;
  element.style.width = `${(100 * width) / size[0]}%`;
  element.style.height = `${(100 * height) / size[1]}%`;
  return element;
}

/** Let a screen reader, and everybody else, know what came of something.

    ``about`` is the photo of which is spoken where that may not be the one on the screen.
*/
export function announce(text, isTrouble = false, about = null) {
  const status = document.getElementById("status");
  if (isTrouble) troubles += 1;
  status.classList.toggle("trouble", isTrouble);
  status.replaceChildren(text);
  if (!about) return;
  const open = () => document.dispatchEvent(new CustomEvent("look", { detail: about.id }));
  status.prepend(el("button", { type: "button", click: open }, about.name), " ");
}

let troubles = 0;

/** How often trouble was announced. */
export const troublesSoFar = () => troubles;

/** Say what came of something, but cover no trouble that was announced since it was asked for.

    ``before`` is how often trouble had been announced then.
*/
export function announceResult(text, before) {
  if (troubles === before) announce(text);
}

export function isTyping(event) {
  return event.target.matches?.("input, textarea, select");
}

/** Whether a key was held down so long that it repeats itself: one press means one photo. */
export function isHeld(event) {
  return event.repeat && !event.key.startsWith("Arrow") && !"+-".includes(event.key);
}

/** The place of a photo that is where another one was, its name may have changed. */
export function samePlace(spots, spot) {
  return spots.find((each) => each.id === spot.id) ?? spots.find((each) => iou(each.box, spot.box) > 0.5);
}

function iou(one, other) {
  const across = Math.min(one[0] + one[2], other[0] + other[2]) - Math.max(one[0], other[0]);
  const down = Math.min(one[1] + one[3], other[1] + other[3]) - Math.max(one[1], other[1]);
  if (across <= 0 || down <= 0) return 0;
  return (across * down) / (one[2] * one[3] + other[2] * other[3] - across * down);
}

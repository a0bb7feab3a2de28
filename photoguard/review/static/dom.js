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

/** Let a screen reader, and everybody else, know what came of something. */
export function announce(text, isTrouble = false) {
  const said = document.getElementById("said");
  said.textContent = text;
  said.classList.toggle("trouble", isTrouble);
}

export function isTyping(event) {
  return event.target.matches?.("input, textarea, select");
}

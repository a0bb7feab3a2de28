// Pictures that are asked for before anybody opens them, and kept until others are nearer.

import { el, say } from "./dom.js";

const MOST = 4; // kept at once, each decoded
const RESTS = 120; // milliseconds on one photo, before its picture is asked for
const kept = new Map();

/** The finished copy of a photo as an element of its own, already on its way or there. */
export function pictureOf(photo) {
  const source = `/picture/${photo.id}?v=${photo.picture_version}`;
  const before = kept.get(source);
  const isBroken = before?.complete && before.naturalWidth === 0;
  const found = before && !isBroken ? before : made(source);
  kept.delete(source);
  kept.set(source, found); // the newest is the last
  for (const old of [...kept.keys()].slice(0, -MOST)) kept.delete(old);
  return found;
}

/** What the small pictures of a photo and its places were made of. */
export function versionOf(photo) {
  return `${photo.version}.${photo.picture_version}`;
}

/** The address of a small picture: of a place by its id, or of the whole copy. */
export function tileOf(photo, name = "whole") {
  return `/tile/${photo.id}/${name}?v=${versionOf(photo)}`;
}

let later = 0;

/** Ask for the picture of a photo on which somebody rests, and may open it. */
export function soon(photo) {
  clearTimeout(later);
  later = setTimeout(() => pictureOf(photo), RESTS);
}

function made(source) {
  return el("img", { class: "hidden-picture", alt: say("hidden_picture"), draggable: "false", fetchpriority: "high", src: source });
}

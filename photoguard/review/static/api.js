// What the page asks of the server; the server decides, the page only asks.

import { announce, say } from "./dom.js";

const HEADERS = { "Content-Type": "application/json", "X-Photoguard": "1" };

export const folder = { photos: [], persons: [], groups: [], channels: [], session: {} };

export async function ask(path) {
  const answer = await fetch(path, { cache: "no-store" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

async function post(path, body) {
  let answer;
  try {
    answer = await fetch(path, { method: "POST", headers: HEADERS, body: JSON.stringify(body) });
  } catch {
    announce(say("gone"), true);
    return null;
  }
  if (answer.status === 409) {
    const told = await answer.json();
    announce(told.text, true);
    if (told.code === "review.changed_elsewhere") await load();
    return null;
  }
  if (!answer.ok) {
    announce(say("refused"), true);
    return null;
  }
  return answer.json();
}

export async function load() {
  Object.assign(folder, await ask("/api/folder"));
}

function keep(photo) {
  const at = folder.photos.findIndex((each) => each.id === photo.id);
  if (at >= 0) folder.photos[at] = photo;
}

// Changes of one photo wait for each other, so that each carries the newest version.
let last = Promise.resolve();

/** Ask for a change of one photo; returns the photo as it is now, or null. */
export function change(photo, told) {
  last = last.then(async () => {
    const now = folder.photos.find((each) => each.id === photo.id) ?? photo;
    const answer = await post(`/api/photo/${photo.id}`, { ...told, version: now.version });
    if (answer) for (const each of answer.photos) keep(each);
    if (folder.photos.some((each) => each.working)) document.dispatchEvent(new Event("working"));
    return answer ? folder.photos.find((each) => each.id === photo.id) : null;
  });
  return last;
}

export async function changeFolder(told) {
  const answer = await post("/api/folder", told);
  if (answer) Object.assign(folder, answer);
  return answer;
}

export function close() {
  return post("/api/close", {});
}

/** Whether a photo still waits for a person. */
export function isOpen(photo) {
  return photo.picture && !photo.settled;
}

export function countOpen() {
  return folder.photos.filter(isOpen).length;
}

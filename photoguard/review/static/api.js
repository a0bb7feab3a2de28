// What the page asks of the server; the server decides, the page only asks.
//
// Changes wait for each other, so that each carries the newest version and none is lost. A
// verdict is shown at once, and taken back where the server refuses it. An answer to what was
// asked for before a change does not know of it, and is left out when it comes later. Nor is an
// approval asked for that was given while a change of its photo waited, and that was refused.

import { announce, say } from "./dom.js";

const HEADERS = { "Content-Type": "application/json", "X-Photoguard": "1" };

export const folder = { photos: [], persons: [], groups: [], channels: [], session: {} };

let last = Promise.resolve();
let waiting = 0; // changes that are not answered yet
let sent = 0; // changes that were ever asked for
const hoped = new Map(); // the verdict that is shown of a photo until the server answers
const refused = new Map(); // how often changes of a photo were not kept, and what was said of the last
let said = ""; // of what was not kept last

async function ask(path) {
  const answer = await fetch(path, { cache: "no-store" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

export const askTexts = () => ask("/api/texts");

/** Read the folder anew; false where something was changed meanwhile, and it may be older. */
export async function load() {
  const at = sent;
  const asked = waiting ? null : await ask("/api/folder");
  if (!asked || waiting || at !== sent) return false;
  take(asked);
  return true;
}

/** Read the folder anew once everything that was asked for is answered. */
export function renew() {
  return inTurn(async () => take(await ask("/api/folder")));
}

function take(asked) {
  const { photos, ...rest } = asked;
  Object.assign(folder, rest);
  folder.photos = photos.map((photo) => ({ ...photo, ...hoped.get(photo.id) }));
}

function keep(photo) {
  const at = folder.photos.findIndex((each) => each.id === photo.id);
  if (at >= 0) folder.photos[at] = { ...photo, ...hoped.get(photo.id) };
}

export function photoOf(id) {
  return folder.photos.find((each) => each.id === id);
}

/** Note in the register that photos went out; returns the folder as it is now, or null. */
export function post(asked) {
  return inTurn(async () => {
    const answer = await send("/api/posts", asked);
    if (answer) take(answer);
    return answer;
  });
}

/** Send one request; null, and a sentence in the page's head, where it was refused. */
async function send(path, body, about = null) {
  let answer;
  try {
    answer = await fetch(path, { method: "POST", headers: HEADERS, body: JSON.stringify(body) });
  } catch {
    return notKept(say("gone"));
  }
  if (answer.ok) return answer.json();
  if (answer.status !== 409) return notKept(say("refused"));
  const refusal = await answer.json();
  notKept(refusal.text, about);
  if (refusal.code === "review.changed_elsewhere") take(await ask("/api/folder"));
  return null;
}

function notKept(text, about = null) {
  said = text;
  announce(text, true, about);
  return null;
}

/** Do something after everything that was asked for before; what fails stops nothing after it. */
function inTurn(act) {
  sent += 1;
  waiting += 1;
  document.dispatchEvent(new Event("asked"));
  const own = last.then(act).catch(() => {
    announce(say("gone"), true);
    return null;
  });
  last = own.finally(() => {
    waiting -= 1;
    document.dispatchEvent(new Event("answered"));
  });
  return own;
}

export const isWaiting = () => waiting > 0;

async function changed(photo, asked, about = null) {
  const { version } = photoOf(photo.id) ?? photo;
  const answer = await send(`/api/photo/${photo.id}`, { ...asked, version }, about);
  if (!answer) {
    refused.set(photo.id, { times: timesRefused(photo) + 1, text: said });
    return null;
  }
  answer.photos.forEach(keep);
  folder.last_changed = answer.last_changed;
  if (folder.photos.some((each) => each.working)) document.dispatchEvent(new Event("working"));
  return photoOf(photo.id);
}

function timesRefused(photo) {
  return refused.get(photo.id)?.times ?? 0;
}

/** Return what asks for a change when its turn has come; nobody approves what they did not see. */
function asking(photo, asked, about = null) {
  const before = timesRefused(photo);
  return () => {
    if (asked.do !== "approve" || before === timesRefused(photo)) return changed(photo, asked, about);
    return notKept(refused.get(photo.id).text, photo);
  };
}

/** Ask for a change of one photo; returns the photo as it is now, or null. */
export function change(photo, asked) {
  return inTurn(asking(photo, asked));
}

/** Approve or reject a photo; the page goes on meanwhile and comes back to a refusal. */
export function settle(photo, asked) {
  const verdict = asked.do === "reject" ? "rejected" : "approved";
  hoped.set(photo.id, { settled: verdict, working: true });
  keep(photoOf(photo.id));
  const give = asking(photo, asked, photo);
  return inTurn(async () => {
    hoped.delete(photo.id);
    const now = await give();
    if (!now) take(await ask("/api/folder"));
    return now;
  });
}

/** Take the last change of the folder back, whichever photo it was of. */
export function undoLast() {
  return inTurn(async () => {
    const photo = photoOf(folder.last_changed);
    if (photo) return changed(photo, { do: "undo" }, photo);
    announce(say("nothing_to_undo"));
    return null;
  });
}

export function changeFolder(asked) {
  return inTurn(async () => {
    const answer = await send("/api/folder", asked);
    if (answer) take(answer);
    return answer;
  });
}

export function close() {
  return inTurn(() => send("/api/close", {}));
}

/** Whether a photo still waits for a person. */
export function isOpen(photo) {
  return photo.picture && !photo.settled;
}

export function countOpen() {
  return folder.photos.filter(isOpen).length;
}

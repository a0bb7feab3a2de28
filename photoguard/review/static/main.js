// The page as a whole: its views, the keys that hold everywhere, and how much is left.

import * as api from "./api.js";
import { folder, isOpen, photoOf } from "./api.js";
import { announce, el, isHeld, isTyping, learn, say } from "./dom.js";
import { EventView } from "./event.js";
import { faceGrid } from "./faces.js";
import { PhotoView } from "./photo.js";
import { photoGrid } from "./photos.js";
import { pictureOf } from "./pictures.js";
import { PostsView } from "./posts.js";

const POLL_EVERY = 700; // milliseconds, while copies are being made
const POLL_PAUSE = 5; // times as long as an answer took: a large folder is asked for less often
const SLOW = 400; // milliseconds after which the page says that something waits to be kept

const main = document.getElementById("main");
const head = {};
let view = "faces";
let one = null;
let grid = null; // of faces
let sheet = null; // of the event, or of posts

function draw(photo) {
  main.replaceChildren(body(photo));
  main.dataset.view = view;
  drawHead();
  if (view === "faces") main.querySelector(".tile")?.focus();
  if (view === "photos") main.querySelector(".photo:not(:disabled)")?.focus();
}

function body(photo) {
  if (view === "photo") return one.element;
  if (view === "event" || view === "posts") {
    const made = view === "event" ? new EventView() : new PostsView(photo);
    sheet = made;
    api.renew().then(() => made.show());
    return made.element;
  }
  grid = view === "faces" ? faceGrid(open) : photoGrid(open);
  return view === "faces" ? el("div", {}, el("p", { class: "hint" }, say("faces_hint")), grid.element) : grid;
}

function makeHead() {
  head.views = Object.fromEntries(
    ["faces", "photos", "event", "posts"].map((name) => [
      name,
      el("button", { type: "button", click: () => turnTo(name) }, say(`view_${name}`)),
    ]),
  );
  head.group = el("select", { id: "group", "aria-label": say("group"), change: () => chooseGroup(head.group.value) });
  document.getElementById("views").replaceChildren(...Object.values(head.views));
  document.getElementById("tools").replaceChildren(
    head.group,
    el("button", { type: "button", click: undo }, say("undo")),
    el("button", { type: "button", click: help }, say("keys")),
    el("button", { type: "button", click: end }, say("close")),
  );
}

function drawHead() {
  const total = folder.photos.filter((photo) => photo.picture).length;
  const left = api.countOpen();
  const progress = document.getElementById("progress");
  const text = say(left ? "left" : total ? "all_settled" : "nothing_left", { left, total });
  if (progress.textContent !== text) progress.textContent = text;
  for (const [name, button] of Object.entries(head.views)) {
    if (view === name) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
  }
  drawGroups();
}

function drawGroups() {
  head.group.hidden = !folder.groups.length;
  const wanted = ["", ...folder.groups];
  if ([...head.group.options].map((each) => each.value).join("\n") !== wanted.join("\n")) {
    head.group.replaceChildren(...wanted.map((each) => el("option", { value: each }, each || say("no_group"))));
  }
  head.group.value = folder.session.group ?? "";
}

async function chooseGroup(group) {
  if (await api.changeFolder({ group })) redraw();
}

/** Show what is known now, without taking from a person what they are writing. */
function redraw() {
  drawHead();
  if (view === "photo") one.show(photoOf(one.photo.id));
  else if (view === "faces") grid.refresh();
  else if (view === "event" || view === "posts") sheet.show();
  else draw();
}

function go(name, photo = null) {
  one?.conceal();
  view = name;
  draw(photo);
}

/** Go where a person wants to; what was told of the view before is over, unless it names a photo. */
function turnTo(name) {
  if (!document.querySelector("#status button")) announce("");
  go(name);
}

function open(photo, spot) {
  one?.conceal();
  one = new PhotoView(photo, spot, { leave, go, refresh: drawHead });
  view = "photo";
  draw();
  if (spot) one.focus(spot.id);
  else (one.element.querySelector(".spot") ?? main).focus();
  preload(photo);
}

/** Ask for the next picture before anybody does. */
function preload(photo) {
  for (const next of new Set([neighbour(photo, 1, false), neighbour(photo, 1, true)])) {
    if (next) pictureOf(next);
  }
}

function neighbour(photo, direction, onlyOpen) {
  const all = folder.photos.filter((each) => each.picture);
  const at = all.findIndex((each) => each.id === photo.id);
  const order = direction > 0 ? [...all.slice(at + 1), ...all.slice(0, at)] : [...all.slice(0, at)].reverse();
  return order.find((each) => !onlyOpen || isOpen(each));
}

function leave(direction, onlyOpen = false) {
  const next = neighbour(one.photo, direction, onlyOpen);
  if (next) open(next);
  else go("photos");
  watch();
}

async function undo() {
  const now = await api.undoLast();
  if (!now) return;
  announce(say("undone", { photo: now.name }));
  if (view === "photo" && one.photo.id !== now.id) open(now);
  else redraw();
}

/** What of a photo changes when its copy was made again, or in another window. */
function seenAs(photo) {
  return `${photo.version}/${photo.picture_version}/${photo.working}`;
}

let watching = false;
async function watch() {
  if (watching) return;
  watching = true;
  let took = 0;
  while (folder.photos.some((each) => each.working)) {
    await new Promise((wake) => setTimeout(wake, Math.max(POLL_EVERY, POLL_PAUSE * took)));
    const before = new Map(folder.photos.map((each) => [each.id, seenAs(each)]));
    let isNew = false;
    const begun = performance.now();
    try {
      isNew = await api.load();
      took = performance.now() - begun;
    } catch {
      announce(say("gone"), true);
      break;
    }
    if (isNew && folder.photos.some((each) => before.get(each.id) !== seenAs(each))) news();
  }
  watching = false;
}

function news() {
  if (view === "photos") drawAgain(document.activeElement?.dataset.photo);
  else redraw();
}

/** Draw the photo grid anew where somebody has scrolled to, with the focus on a photo if it is there. */
function drawAgain(photo) {
  const at = window.scrollY;
  draw();
  window.scrollTo({ top: at, behavior: "instant" });
  if (photo) main.querySelector(`[data-photo="${photo}"]`)?.focus();
}

function help() {
  const rows = ["keys_faces", "keys_photo", "keys_all"].map((code) => el("p", {}, say(code)));
  const dialog = el(
    "dialog",
    { class: "help", "aria-labelledby": "help-title", close: () => dialog.remove() },
    el("h2", { id: "help-title" }, say("keys")),
    rows,
    el("button", { type: "button", click: () => dialog.close() }, say("close_help")),
  );
  document.body.append(dialog);
  dialog.showModal();
}

async function end() {
  one?.conceal();
  const number = (await api.close())?.unmade;
  const text = number ? say("ended_unmade", { number }) : say("ended");
  document.body.replaceChildren(el("main", { class: "ended" }, el("h1", {}, text)));
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || isTyping(event) || document.querySelector("dialog[open]")) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (act(event.key.length === 1 ? event.key.toLowerCase() : event.key, event)) event.preventDefault();
});

/** Do what a key means here; true where it means anything, also while it is only held. */
function act(key, event) {
  const acts = { g: () => turnTo(view === "photos" ? "faces" : "photos"), u: undo, "?": help };
  if (view === "photo") Object.assign(acts, one.keys());
  if (view === "photos" && document.activeElement.dataset.photo) acts.a = approveHere;
  const does = acts[key];
  if (does && !isHeld(event)) does();
  return Boolean(does);
}

/** Approve the photo that has the focus in the grid, and go on to the next one. */
function approveHere() {
  const here = document.activeElement;
  const photo = photoOf(Number(here.dataset.photo));
  if (!here.querySelector("img")?.naturalWidth) {
    announce(say("not_seen_yet"), true);
    return;
  }
  const next = (here.nextElementSibling ?? here.previousElementSibling)?.dataset.photo;
  const give = photo.held ? api.change : api.settle; // what a rule holds is not shown as approved
  give(photo, { do: "approve", confirmed: true, picture_version: photo.picture_version }).then(news);
  drawAgain(next);
}

let slowly = 0;
/** Tell that changes wait to be kept, where it takes long enough to be noticed. */
function tellWaiting() {
  const note = document.getElementById("waiting");
  document.body.toggleAttribute("data-waiting", api.isWaiting());
  if (!api.isWaiting()) {
    clearTimeout(slowly);
    slowly = 0;
    note.textContent = "";
  } else if (!slowly) {
    slowly = setTimeout(() => {
      note.textContent = say("keeping");
    }, SLOW);
  }
}

document.addEventListener("working", watch);
document.addEventListener("asked", tellWaiting);
document.addEventListener("answered", () => {
  if (!document.getElementById("progress")) return;
  tellWaiting();
  drawHead();
});
document.addEventListener("look", (event) => {
  const photo = photoOf(event.detail);
  if (photo?.picture) open(photo);
});
document.addEventListener("keyup", (event) => {
  if (event.key.toLowerCase() === "o") one?.conceal();
  if (event.key === " " && event.target.matches?.(".tile, .spot")) event.preventDefault(); // no click as well
});
window.addEventListener("blur", () => one?.conceal());
window.addEventListener("beforeunload", (event) => {
  if (api.isWaiting()) event.preventDefault();
});

learn(await api.askTexts());
makeHead();
await api.load();
draw();
watch();

// The page as a whole: three views, the keys that hold everywhere, and how much is left.

import { ask, change, close, countOpen, folder, isOpen, load } from "./api.js";
import { announce, el, isTyping, learn, say } from "./dom.js";
import { faceGrid } from "./faces.js";
import { PhotoView } from "./photo.js";
import { photoGrid } from "./photos.js";

const POLL_EVERY = 700; // milliseconds, while copies are being made

const main = document.getElementById("main");
let view = "faces";
let one = null;
const done = []; // photos in the order in which they were changed, for undo

function draw() {
  const makers = {
    faces: () => {
      const grid = faceGrid((photo, spot) => open(photo, spot));
      return el("div", {}, el("p", { class: "hint" }, say("faces_hint")), grid.element);
    },
    photos: () => photoGrid((photo) => open(photo)),
    photo: () => one.element,
  };
  main.replaceChildren(makers[view]());
  main.dataset.view = view;
  drawHead();
  if (view === "faces") main.querySelector(".tile")?.focus();
  if (view === "photos") main.querySelector(".photo:not(:disabled)")?.focus();
}

function drawHead() {
  const total = folder.photos.filter((photo) => photo.picture).length;
  const left = countOpen();
  document.getElementById("progress").textContent = say(left ? "left" : "all_settled", { left, total });
  const names = ["faces", "photos"];
  document.getElementById("views").replaceChildren(
    ...names.map((name) =>
      el(
        "button",
        { type: "button", "aria-current": view === name ? "page" : null, click: () => go(name) },
        say(`view_${name}`),
      ),
    ),
  );
  document.getElementById("tools").replaceChildren(
    groups(),
    el("button", { type: "button", click: undo }, say("undo")),
    el("button", { type: "button", click: help }, say("keys")),
    el("button", { type: "button", click: end }, say("close")),
  );
}

function groups() {
  if (!folder.groups.length) return "";
  const choose = el(
    "select",
    { id: "group", "aria-label": say("group"), change: () => chooseGroup(choose.value) },
    el("option", { value: "" }, say("no_group")),
    folder.groups.map((each) => el("option", { value: each, selected: each === folder.session.group }, each)),
  );
  return choose;
}

async function chooseGroup(group) {
  const { changeFolder } = await import("./api.js");
  if (await changeFolder({ group })) redraw();
}

function redraw() {
  if (view === "photo") one.show(folder.photos.find((each) => each.id === one.photo.id));
  else draw();
}

function go(name) {
  one?.conceal();
  view = name;
  draw();
}

function open(photo, spot) {
  one?.conceal();
  one = new PhotoView(photo, spot, leave);
  view = "photo";
  draw();
  if (spot) one.focus(spot.id);
  else (one.element.querySelector(".spot") ?? main).focus();
  preload(photo);
}

/** Ask for the next picture before anybody does. */
function preload(photo) {
  const next = neighbour(photo, 1, false);
  if (next) new Image().src = `/picture/${next.id}?v=${next.picture_version}`;
}

function neighbour(photo, direction, onlyOpen) {
  const all = folder.photos.filter((each) => each.picture);
  const at = all.findIndex((each) => each.id === photo.id);
  const order = direction > 0 ? [...all.slice(at + 1), ...all.slice(0, at)] : [...all.slice(0, at)].reverse();
  return order.find((each) => !onlyOpen || isOpen(each));
}

function leave(direction, onlyOpen = false) {
  if (onlyOpen) done.push(one.photo.id);
  const next = neighbour(one.photo, direction, onlyOpen);
  if (next) open(next);
  else go("photos");
  watch();
}

async function undo() {
  const id = view === "photo" && one.photo.can_undo ? one.photo.id : folder.last_changed ?? done.pop();
  const photo = folder.photos.find((each) => each.id === id);
  if (!photo) {
    announce(say("nothing_to_undo"));
    return;
  }
  const now = await change(photo, { do: "undo" });
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
  while (folder.photos.some((each) => each.working)) {
    await new Promise((wake) => setTimeout(wake, POLL_EVERY));
    const before = one && view === "photo" ? one.photo : null;
    await load();
    drawHead();
    const now = before && folder.photos.find((each) => each.id === before.id);
    if (now && seenAs(now) !== seenAs(before) && !isTyping({ target: document.activeElement })) one.show(now, one.selected);
  }
  watching = false;
  if (view !== "photos") return;
  const here = document.activeElement?.dataset.photo;
  draw();
  if (here) main.querySelector(`[data-photo="${here}"]`)?.focus();
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
  await close();
  document.body.replaceChildren(el("main", { class: "ended" }, el("h1", {}, say("ended"))));
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || isTyping(event) || document.querySelector("dialog[open]")) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === "g") go(view === "photos" ? "faces" : "photos");
  else if (key === "u") undo();
  else if (key === "?") help();
  else if (view === "photo" && key === "o") {
    if (!event.repeat) one.reveal();
  } else if (view === "photo" && one.photoKey(event)) {
    // done there
  } else if (view === "photos" && key === "a") {
    const photo = folder.photos.find((each) => String(each.id) === document.activeElement.dataset.photo);
    if (photo) approveHere(photo);
    else return;
  } else return;
  event.preventDefault();
});

async function approveHere(photo) {
  const here = document.activeElement;
  const next = here.nextElementSibling?.dataset.photo;
  if (!(await change(photo, { do: "approve", confirmed: true }))) return;
  done.push(photo.id);
  draw();
  if (next) main.querySelector(`[data-photo="${next}"]`)?.focus();
  watch();
}

document.addEventListener("working", watch);
document.addEventListener("keyup", (event) => {
  if (event.key.toLowerCase() === "o") one?.conceal();
});
window.addEventListener("blur", () => one?.conceal());

learn(await ask("/api/texts"));
await load();
draw();
watch();

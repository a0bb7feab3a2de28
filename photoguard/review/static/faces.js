// The face grid: every face and every doubt of the folder, the doubtful first.

import { change, folder, photoOf } from "./api.js";
import { announce, announceResult, el, isHeld, samePlace, say, troublesSoFar } from "./dom.js";
import { soon, tileOf, versionOf } from "./pictures.js";

const AT_ONCE = 120; // tiles that are drawn before anybody scrolls to further ones
const ORDER = { doubt: 0, weak: 1, added: 2, face: 3 };

function tiles() {
  const found = [];
  for (const photo of folder.photos.filter((each) => each.picture)) {
    for (const spot of photo.spots) found.push({ photo, spot });
  }
  const rank = ({ spot }) => ORDER[spot.kind] ?? ORDER.face;
  return found.sort((a, b) => rank(a) - rank(b) || a.photo.id - b.photo.id);
}

export function stateOf(spot) {
  if (spot.kind === "doubt") return say(spot.state === "hidden" ? "state_hidden" : "state_doubt");
  return say(`state_${spot.state}`);
}

export function labelOf(photo, spot) {
  return say("spot", { photo: photo.name, number: spot.label, state: stateOf(spot) });
}

/** The face grid; ``open(photo, spot)`` looks at a whole photo. */
export function faceGrid(open) {
  const all = tiles();
  const grid = el("div", { class: "tiles", role: "group", "aria-label": say("faces_title") });
  const end = el("div");
  let shown = 0;
  const more = () => {
    const next = all.slice(shown, shown + AT_ONCE);
    grid.append(...next.map(({ photo, spot }, index) => tile(photo, spot, shown + index === 0)));
    shown += next.length;
  };
  const watcher = new IntersectionObserver(
    (seen) => {
      if (seen.some((each) => each.isIntersecting) && shown < all.length) more();
    },
    { rootMargin: "1200px" },
  );
  more();
  watcher.observe(end);
  grid.addEventListener("keydown", (event) => move(grid, event));

  function tile(photo, spot, first) {
    const made = el(
      "button",
      {
        class: `tile ${spot.state} ${spot.kind}`,
        type: "button",
        "data-spot": `${photo.id}/${spot.id}`,
        "data-seen": versionOf(photo),
        tabindex: first ? "0" : "-1",
        title: spot.why || null,
        click: () => open(photoOf(photo.id), spot),
        focus: () => soon(photoOf(photo.id)),
        pointerenter: () => soon(photoOf(photo.id)),
        keydown: (event) => act(made, photo, spot, event),
      },
      el("img", {
        src: tileOf(photo, spot.id),
        alt: "",
        loading: "lazy",
        decoding: "async",
        width: "128",
        height: "128",
      }),
      el("span", { class: "state" }, stateOf(spot), " "),
      el("span", { class: "unseen" }, `${photo.name}, ${say("place_number", { number: spot.label })}. `),
      el("span", { class: "why" }, spot.short || photo.name),
    );
    return made;
  }

  /** A key means the tile that has the focus; the next one has it before the server answers. */
  function act(here, photo, spot, event) {
    const asked = askedBy(event, spot);
    if (!asked) return;
    event.preventDefault();
    if (isHeld(event)) return;
    if (here.ariaBusy === "true") {
      announce(say("one_moment"));
      return;
    }
    if (asked.do === "toggle" && staysHidden(spot)) {
      step(here);
      announce(labelOf(photo, spot));
      return;
    }
    here.ariaBusy = "true";
    const isAsked = asked.do === "not-face" && spot.sure; // then it is asked twice, here
    const next = isAsked ? here : step(here);
    const before = troublesSoFar();
    change(photo, asked).then((now) => answered({ here, photo, spot, before, next: isAsked ? beside(here) : next }, now));
  }

  function answered({ here, photo, spot, before, next }, now) {
    here.ariaBusy = null;
    if (!now) return;
    const fresh = samePlace(now.spots, spot);
    const hadFocus = here === document.activeElement;
    if (fresh) {
      const made = tile(now, fresh, false);
      made.tabIndex = here.tabIndex;
      here.replaceWith(made);
      if (hadFocus) focus(grid, next === here ? made : next);
    } else {
      if (hadFocus) focus(grid, next);
      here.remove();
    }
    announceResult(labelOf(photo, fresh ?? spot), before);
  }

  const beside = (here) => here.nextElementSibling ?? here.previousElementSibling ?? here;

  function step(here) {
    const next = beside(here);
    focus(grid, next);
    return next;
  }

  /** Show what became of the tiles meanwhile: copies made again, another window. */
  function refresh() {
    for (const here of [...grid.children]) {
      const [id, name] = here.dataset.spot.split("/");
      const photo = photoOf(Number(id));
      if (here.ariaBusy === "true" || !photo || here.dataset.seen === versionOf(photo)) continue;
      const spot = photo.spots.find((each) => each.id === name);
      const hadFocus = here === document.activeElement;
      const made = spot ? tile(photo, spot, here.tabIndex === 0) : null;
      if (made) here.replaceWith(made);
      if (hadFocus) focus(grid, made ?? beside(here));
      if (!made) here.remove();
    }
  }

  return { element: all.length ? el("div", {}, grid, end) : el("p", {}, say("no_faces")), refresh };
}

/** Whether Space on a place means that it is hidden and shall stay so. */
function staysHidden(spot) {
  return spot.state === "hidden" && !spot.person && spot.kind !== "added" && spot.kind !== "doubt";
}

/** What a key asks for a place, or null. */
export function askedBy(event, spot) {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const key = event.key.toLowerCase();
  if (key === " ") return { do: "toggle", spot: spot.id };
  if (key === "x") return { do: spot.state === "not-face" ? "face" : "not-face", spot: spot.id };
  return null;
}

function focus(grid, target) {
  for (const each of grid.querySelectorAll('[tabindex="0"]')) each.tabIndex = -1;
  target.tabIndex = 0;
  target.focus();
}

function move(grid, event) {
  const here = event.target.closest(".tile");
  if (!here || event.ctrlKey || event.metaKey || event.altKey) return;
  const all = [...grid.children];
  const wide = getComputedStyle(grid).gridTemplateColumns.split(" ").length;
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: wide, ArrowUp: -wide };
  const at = all.indexOf(here);
  const to = { Home: 0, End: all.length - 1 }[event.key] ?? at + (steps[event.key] ?? 0);
  if (to === at || !all[to]) return;
  event.preventDefault();
  focus(grid, all[to]);
}

/** Return places row by row, each row from left to right. */
export function readingOrder(spots) {
  const middle = ({ box }) => box[1] + box[3] / 2;
  const rows = [];
  for (const spot of [...spots].sort((a, b) => middle(a) - middle(b))) {
    const row = rows.at(-1);
    if (row && middle(spot) - middle(row[0]) < 0.7 * row[0].box[3]) row.push(spot);
    else rows.push([spot]);
  }
  return rows.flatMap((row) => row.sort((a, b) => a.box[0] - b.box[0]));
}

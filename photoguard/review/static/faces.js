// The face grid: every face and every doubt of the folder, the doubtful first.

import { change, folder } from "./api.js";
import { announce, el, say } from "./dom.js";

const AT_ONCE = 120; // tiles that are drawn before anybody scrolls to further ones
const ORDER = { doubt: 0, weak: 1, added: 2, face: 3 };

function tiles() {
  const found = [];
  for (const photo of folder.photos.filter((each) => each.picture)) {
    for (const spot of photo.spots) found.push({ photo, spot });
  }
  return found.sort((a, b) => ORDER[a.spot.kind] - ORDER[b.spot.kind] || a.photo.id - b.photo.id);
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
        tabindex: first ? "0" : "-1",
        title: spot.why || null,
        click: () => open(photo, spot),
        keydown: (event) => act(photo, spot, event),
      },
      el("img", {
        src: `/tile/${photo.id}/${spot.id}?v=${photo.version}.${photo.picture_version}`,
        alt: "",
        loading: "lazy",
        decoding: "async",
        width: "128",
        height: "128",
      }),
      el("span", { class: "state" }, stateOf(spot), " "),
      el("span", { class: "unseen" }, `${photo.name}, ${say("place_number", { number: spot.label })}. `),
      el("span", { class: "why" }, spot.why ? spot.short : photo.name),
    );
    return made;
  }

  async function act(photo, spot, event) {
    const told = toldBy(event, spot);
    if (!told) return;
    event.preventDefault();
    const here = event.currentTarget;
    const next = here.nextElementSibling ?? here.previousElementSibling;
    const now = await change(photo, told);
    if (!now) return;
    const known = new Set(photo.spots.map((each) => each.id));
    const fresh = now.spots.find((each) => each.id === spot.id) ?? now.spots.find((each) => !known.has(each.id));
    if (fresh) {
      here.replaceWith(tile(now, fresh, false));
      announce(labelOf(now, fresh));
    } else here.remove();
    if (next?.isConnected) focus(grid, next);
  }

  return { element: all.length ? el("div", {}, grid, end) : el("p", {}, say("no_faces")), count: all.length };
}

/** What a key asks for a place, or null. */
export function toldBy(event, spot) {
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

// The photo grid: every photo with its outcome and reason, and filters.

import { folder, isOpen } from "./api.js";
import { el, say } from "./dom.js";
import { soon, tileOf } from "./pictures.js";

const AT_ONCE = 120; // photos that are drawn before anybody scrolls to further ones
let far = AT_ONCE; // how many somebody has scrolled to; they are there again when the grid is drawn anew
const FILTERS = {
  open: (photo) => isOpen(photo),
  settled: (photo) => Boolean(photo.settled),
  ready: (photo) => photo.status === "ready",
  blocked: (photo) => photo.status === "blocked" || photo.status === "failed",
  all: () => true,
};
let chosen = "open";

export function photoGrid(open) {
  if (!folder.photos.some(FILTERS[chosen])) chosen = "all"; // none left to settle
  const list = el("div", { class: "photos" });
  const end = el("div");
  let wanted = [];
  const filters = el(
    "div",
    { class: "filters", role: "group", "aria-label": say("filters") },
    Object.keys(FILTERS).map((name) =>
      el(
        "button",
        { type: "button", "aria-pressed": String(name === chosen), click: () => choose(name) },
        say(`filter_${name}`, { number: folder.photos.filter(FILTERS[name]).length }),
      ),
    ),
  );

  function choose(name) {
    chosen = name;
    far = AT_ONCE;
    [...filters.children].forEach((each, index) =>
      each.setAttribute("aria-pressed", String(Object.keys(FILTERS)[index] === name)),
    );
    show();
  }

  function show() {
    wanted = folder.photos.filter(FILTERS[chosen]);
    list.replaceChildren(...wanted.slice(0, far).map(card));
    if (!wanted.length) list.append(el("p", {}, say("none_here")));
    look();
  }

  function more(seen) {
    if (!seen.some((each) => each.isIntersecting) || far >= wanted.length) return;
    list.append(...wanted.slice(far, far + AT_ONCE).map(card));
    far += AT_ONCE;
    look();
  }

  /** Be told, now and later, when the end of the list comes near. */
  function look() {
    watcher.disconnect();
    watcher.observe(end);
  }

  function card(photo) {
    const outcome = photo.settled || photo.status;
    const picture = photo.picture
      ? el("img", {
          src: tileOf(photo),
          alt: "",
          loading: "lazy",
          decoding: "async",
        })
      : el("span", { class: "nothing", "aria-hidden": "true" }, "–");
    const reason = photo.reasons[0]?.text ?? photo.notices[0]?.text ?? "";
    return el(
      "button",
      {
        class: `photo ${outcome}`,
        type: "button",
        disabled: !photo.picture,
        "data-photo": String(photo.id),
        click: () => open(photo),
        focus: () => soon(photo),
        pointerenter: () => soon(photo),
      },
      picture,
      el("span", { class: "outcome" }, say(`outcome_${outcome}`)),
      el("span", { class: "name" }, photo.name),
      el("span", { class: "reason" }, reason),
    );
  }

  const watcher = new IntersectionObserver(more, { rootMargin: "1200px" });
  show();
  return el("div", {}, filters, list, end);
}

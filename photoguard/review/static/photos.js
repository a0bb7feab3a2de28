// The photo grid: every photo with its outcome and reason, and filters.

import { folder, isOpen } from "./api.js";
import { el, say } from "./dom.js";
import { soon, tileOf } from "./pictures.js";

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
    [...filters.children].forEach((each, index) =>
      each.setAttribute("aria-pressed", String(Object.keys(FILTERS)[index] === name)),
    );
    show();
  }

  function show() {
    const shown = folder.photos.filter(FILTERS[chosen]);
    list.replaceChildren(...shown.map(card));
    if (!shown.length) list.append(el("p", {}, say("none_here")));
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

  show();
  return el("div", {}, filters, list);
}

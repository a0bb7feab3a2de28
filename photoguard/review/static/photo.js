// One photo: places over the hidden picture, what the rules say of each, and the last word.

import { change, changeFolder, folder } from "./api.js";
import { announce, el, isTyping, place, say } from "./dom.js";
import { labelOf, readingOrder, stateOf, toldBy } from "./faces.js";
import { sessionPanel, textPanel } from "./texts.js";

const STEP = 0.01; // of the longer side: one press of an arrow key
const GROWTH = 1.12;
const NEW_SIDE = 0.12; // of the shorter side: a place that was added with the keyboard
const LEAST_DRAG = 6; // pixels of the screen below which a drag is a click

/** The view of one photo; ``leave(direction)`` goes on to another one. */
export class PhotoView {
  constructor(photo, spot, leave) {
    this.photo = photo;
    this.leave = leave;
    this.overlay = el("div", { class: "overlay" });
    this.picture = el("img", { class: "hidden-picture", alt: say("hidden_picture"), draggable: "false" });
    this.original = el("img", { class: "original", alt: "", hidden: true });
    this.loupe = el("div", { class: "loupe", hidden: true, "aria-hidden": "true" });
    this.stage = el("div", { class: "stage" }, this.picture, this.original, this.overlay, this.loupe);
    this.panel = el("div", { class: "panel" });
    this.element = el("div", { class: "one" }, el("div", { class: "frame" }, this.stage), this.panel);
    this.listen();
    this.show(photo, spot?.id);
  }

  show(photo, spot) {
    const changed = !this.shown || this.shown !== `${photo.id}/${photo.picture_version}`;
    this.photo = photo;
    if (changed) {
      this.shown = `${photo.id}/${photo.picture_version}`;
      this.picture.src = `/picture/${photo.id}?v=${photo.picture_version}`;
      this.stage.style.aspectRatio = `${photo.size[0]} / ${photo.size[1]}`;
      this.stage.style.setProperty("--ratio", photo.size[0] / photo.size[1]);
    }
    this.overlay.replaceChildren(...photo.spots.map((each) => this.spot(each)));
    this.panel.replaceChildren(...this.parts());
    if (spot) this.focus(spot);
  }

  focus(id) {
    this.overlay.querySelector(`[data-spot="${CSS.escape(id)}"]`)?.focus();
  }

  spot(spot) {
    const made = el(
      "button",
      {
        type: "button",
        class: `spot ${spot.kind} ${spot.state}`,
        "data-spot": spot.id,
        "aria-label": labelOf(this.photo, spot) + (spot.why ? `. ${spot.why}` : ""),
        title: spot.why || null,
        focus: () => this.select(spot.id),
        keydown: (event) => this.key(spot, event),
        pointerdown: (event) => this.drag(spot, event),
      },
      el("span", { class: "label", "aria-hidden": "true" }, spot.label),
    );
    return place(made, spot.box, this.photo.size);
  }

  select(id) {
    this.selected = id;
    const spot = this.photo.spots.find((each) => each.id === id);
    this.panel.querySelector(".about")?.replaceWith(this.about(spot));
  }

  async ask(told, focus = this.selected) {
    const now = await change(this.photo, told);
    if (now && now.id === this.photo.id) {
      this.show(now, focus);
      const spot = now.spots.find((each) => each.id === focus);
      if (spot) announce(labelOf(now, spot));
    }
    return now;
  }

  key(spot, event) {
    const told = toldBy(event, spot);
    if (told) {
      event.preventDefault();
      event.stopPropagation();
      if (told.do === "toggle" && spot.chooser) this.panel.querySelector(".who input")?.focus();
      else this.ask(told, spot.id);
      return;
    }
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (spot.kind === "added" && steps[event.key]) {
      event.preventDefault();
      event.stopPropagation();
      this.shift(spot, steps[event.key], event.shiftKey ? 5 : 1);
    } else if (spot.kind === "added" && (event.key === "+" || event.key === "-")) {
      event.preventDefault();
      this.resize(spot, event.key === "+" ? GROWTH : 1 / GROWTH);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      if (spot.kind === "added") this.ask({ do: "toggle", spot: spot.id });
    }
  }

  shift(spot, [right, down], times) {
    const step = STEP * times * Math.max(...this.photo.size);
    const [left, top, width, height] = spot.box;
    return this.move(spot, [left + right * step, top + down * step, width, height]);
  }

  resize(spot, factor) {
    const [left, top, width, height] = spot.box;
    const wider = (width * (factor - 1)) / 2;
    const higher = (height * (factor - 1)) / 2;
    return this.move(spot, [left - wider, top - higher, width * factor, height * factor]);
  }

  move(spot, box) {
    spot.box = box;
    const shown = this.overlay.querySelector(`[data-spot="${CSS.escape(spot.id)}"]`);
    if (shown) place(shown, box, this.photo.size);
    clearTimeout(this.later);
    return new Promise((done) => {
      this.later = setTimeout(() => done(this.ask({ do: "move", spot: spot.id, box }, spot.id)), 150);
    });
  }

  /** Move an added place with the pointer, or draw a new one beside the others. */
  drag(spot, event) {
    if (event.button !== 0 || spot?.kind !== "added") return;
    event.preventDefault();
    event.stopPropagation();
    const target = event.currentTarget;
    target.focus();
    const start = this.point(event);
    const [left, top, width, height] = spot.box;
    const going = (now) => {
      const [x, y] = this.point(now);
      spot.box = [left + x - start[0], top + y - start[1], width, height];
      place(target, spot.box, this.photo.size);
    };
    this.follow(event, going, () => this.ask({ do: "move", spot: spot.id, box: spot.box }, spot.id));
  }

  draw(event) {
    if (event.button !== 0 || event.target.closest(".spot")) return;
    event.preventDefault();
    const start = this.point(event);
    const ghost = el("div", { class: "ghost" });
    this.overlay.append(ghost);
    let box = null;
    const going = (now) => {
      const [x, y] = this.point(now);
      box = [Math.min(x, start[0]), Math.min(y, start[1]), Math.abs(x - start[0]), Math.abs(y - start[1])];
      place(ghost, box, this.photo.size);
    };
    this.follow(event, going, (end) => {
      ghost.remove();
      const far = Math.hypot(end.clientX - event.clientX, end.clientY - event.clientY);
      if (box && far >= LEAST_DRAG) this.add(box);
    });
  }

  follow(event, going, done) {
    const stage = this.stage;
    stage.setPointerCapture(event.pointerId);
    const end = (last) => {
      stage.removeEventListener("pointermove", going);
      stage.removeEventListener("pointerup", end);
      stage.removeEventListener("pointercancel", end);
      done(last);
    };
    stage.addEventListener("pointermove", going);
    stage.addEventListener("pointerup", end);
    stage.addEventListener("pointercancel", end);
  }

  async add(box) {
    const before = new Set(this.photo.spots.map((each) => each.id));
    const now = await this.ask({ do: "add", box }, null);
    const made = now?.spots.find((each) => !before.has(each.id));
    if (!made) return;
    this.focus(made.id);
    announce(labelOf(now, made));
  }

  addInTheMiddle() {
    const [width, height] = this.photo.size;
    const side = NEW_SIDE * Math.min(width, height);
    return this.add([(width - side) / 2, (height - side) / 2, side, side]);
  }

  point(event) {
    const shown = this.stage.getBoundingClientRect();
    return [
      ((event.clientX - shown.left) / shown.width) * this.photo.size[0],
      ((event.clientY - shown.top) / shown.height) * this.photo.size[1],
    ];
  }

  listen() {
    this.stage.addEventListener("pointerdown", (event) => this.draw(event));
    this.stage.addEventListener("pointermove", (event) => this.magnify(event));
    this.stage.addEventListener("pointerleave", () => {
      this.loupe.hidden = true;
    });
  }

  magnify(event) {
    this.loupe.hidden = !this.magnifying;
    if (!this.magnifying) return;
    const shown = this.stage.getBoundingClientRect();
    const x = event.clientX - shown.left;
    const y = event.clientY - shown.top;
    this.loupe.style.left = `${x}px`;
    this.loupe.style.top = `${y}px`;
    const image = this.loupe.firstChild ?? this.loupe.appendChild(el("img", { alt: "" }));
    if (image.src !== this.picture.src) image.src = this.picture.src;
    image.style.width = `${shown.width * 3}px`;
    image.style.left = `${90 - x * 3}px`;
    image.style.top = `${90 - y * 3}px`;
  }

  toggleLoupe() {
    this.magnifying = !this.magnifying;
    this.loupe.hidden = !this.magnifying;
    announce(say(this.magnifying ? "loupe_on" : "loupe_off"));
  }

  /** Show the original while a key or a button is held; nothing of it is kept. */
  reveal() {
    if (!this.original.hidden) return;
    this.original.src = `/original/${this.photo.id}?at=${Date.now()}`;
    this.original.hidden = false;
    this.stage.classList.add("revealed");
  }

  conceal() {
    this.original.hidden = true;
    this.original.removeAttribute("src");
    this.stage.classList.remove("revealed");
  }

  parts() {
    const photo = this.photo;
    return [
      el("h2", {}, photo.name),
      el("p", { class: `outcome ${photo.settled || photo.status}` }, say(`outcome_${photo.settled || photo.status}`)),
      photo.working ? el("p", { role: "status" }, say("working")) : null,
      el("ul", { class: "reasons" }, photo.reasons.map((each) => el("li", {}, each.text))),
      el("p", { class: "channels" }, say("may_go_out", { channels: photo.channels.join(", ") || "–" })),
      this.tools(),
      this.about(photo.spots.find((each) => each.id === this.selected)),
      photo.group ? this.groupPanel() : null,
      this.style(),
      textPanel(photo, (told) => this.ask(told)),
      sessionPanel(changeFolder),
      this.last(),
    ].filter(Boolean);
  }

  tools() {
    const held = el(
      "button",
      {
        type: "button",
        pointerdown: () => this.reveal(),
        pointerup: () => this.conceal(),
        pointerleave: () => this.conceal(),
        blur: () => this.conceal(),
        keydown: (event) => event.key === " " && !event.repeat && this.reveal(),
        keyup: () => this.conceal(),
      },
      say("hold_original"),
    );
    return el(
      "div",
      { class: "tools" },
      el("button", { type: "button", click: () => this.addInTheMiddle() }, say("add_place")),
      el("button", { type: "button", click: () => this.toggleLoupe() }, say("loupe")),
      held,
    );
  }

  /** What is known of the chosen place, and what may be done to it. */
  about(spot) {
    if (!spot) return el("div", { class: "about" }, el("p", {}, say("choose_place")));
    const button = (code, told) =>
      el("button", { type: "button", click: () => this.ask({ ...told, spot: spot.id }, spot.id) }, say(code));
    const sized = (code, act) => el("button", { type: "button", click: act }, say(code));
    return el(
      "div",
      { class: "about" },
      el("h3", {}, say("place_number", { number: spot.label })),
      el("p", {}, stateOf(spot), spot.why ? `. ${spot.why}` : ""),
      spot.kind === "doubt" || spot.kind === "added"
        ? button(spot.state === "hidden" ? "show_again" : "hide_it", { do: "toggle" })
        : null,
      spot.kind === "face" || spot.kind === "weak"
        ? button(spot.state === "not-face" ? "is_a_face" : "not_a_face", {
            do: spot.state === "not-face" ? "face" : "not-face",
          })
        : null,
      spot.kind === "added"
        ? el(
            "div",
            { class: "nudge", role: "group", "aria-label": say("move_and_size") },
            sized("larger", () => this.resize(spot, GROWTH)),
            sized("smaller", () => this.resize(spot, 1 / GROWTH)),
            sized("left_step", () => this.shift(spot, [-1, 0], 1)),
            sized("right_step", () => this.shift(spot, [1, 0], 1)),
            sized("up_step", () => this.shift(spot, [0, -1], 1)),
            sized("down_step", () => this.shift(spot, [0, 1], 1)),
          )
        : null,
      spot.chooser ? this.who(spot) : null,
    );
  }

  /** Who a face belongs to, from the register; the server says whether it may be seen. */
  who(spot) {
    const list = `people-${this.photo.id}`;
    const known = folder.persons.filter((each) => !folder.session.group || each.group === folder.session.group);
    const input = el("input", {
      id: `who-${spot.id}`,
      list,
      autocomplete: "off",
      value: folder.persons.find((each) => each.id === spot.person)?.name ?? "",
      "aria-describedby": "who-hint",
      change: () => {
        if (input.value !== handled) this.name(spot, input.value);
      },
      keydown: (event) => {
        if (event.key === "Escape") this.focus(spot.id);
        if (event.key !== "Enter") return;
        event.preventDefault();
        handled = input.value;
        this.name(spot, input.value);
      },
    });
    let handled = input.value;
    return el(
      "div",
      { class: "who field" },
      el("label", { for: input.id }, say("who")),
      input,
      el("p", { id: "who-hint", class: "hint" }, say("who_hint")),
      el("datalist", { id: list }, known.map((each) => el("option", { value: each.name }, each.group))),
      spot.person
        ? el("button", { type: "button", click: () => this.ask({ do: "name", spot: spot.id, person: null }, spot.id) }, say("unname"))
        : null,
    );
  }

  async name(spot, text) {
    const wanted = text.trim().toLocaleLowerCase();
    if (!wanted) {
      this.nextFace(spot);
      return;
    }
    const found = this.people(wanted);
    const inGroup = found.filter((each) => each.group === folder.session.group);
    const [person] = inGroup.length === 1 ? inGroup : found;
    if (!person || (found.length > 1 && inGroup.length !== 1)) {
      announce(say(found.length ? "several_of_name" : "nobody_of_name"), true);
      return;
    }
    const now = await this.ask({ do: "name", spot: spot.id, person: person.id }, null);
    if (now) this.nextFace(spot);
  }

  /** Whom a text may mean: a whole name, or else how a name begins of somebody not placed yet. */
  people(wanted) {
    const lower = (each) => each.name.toLocaleLowerCase();
    const whole = folder.persons.filter((each) => lower(each) === wanted);
    if (whole.length) return whole;
    const placed = new Set(this.photo.spots.map((each) => each.person));
    return folder.persons.filter(
      (each) => !placed.has(each.id) && ` ${lower(each)}`.includes(` ${wanted}`),
    );
  }

  /** Go on to the next face without a name, in the order in which people read. */
  nextFace(spot) {
    const order = readingOrder(this.photo.spots.filter((each) => each.chooser));
    const at = order.findIndex((each) => each.id === spot.id);
    const next = order.slice(at + 1).find((each) => !each.person);
    if (!next) {
      this.panel.querySelector(".approve").focus();
      return;
    }
    this.focus(next.id);
    this.panel.querySelector(".who input")?.focus();
  }

  /** Who of the group is still to be placed, and who may not be shown at all. */
  groupPanel() {
    const { group } = this.photo;
    const names = (people) => people.map((each) => each.name).join(", ") || "–";
    return el(
      "details",
      { class: "group", open: true },
      el("summary", {}, say("group_title", { group: folder.session.group })),
      el("p", {}, say("group_left", { people: names(group.left) })),
      el("p", { class: "never" }, say("group_not", { people: names(group.not) })),
    );
  }

  style() {
    const choose = el(
      "select",
      { id: "style", change: () => this.ask({ do: "style", style: choose.value }) },
      folder.styles.map((each) =>
        el("option", { value: each.name, selected: each.name === this.photo.style }, each.label),
      ),
    );
    return el("div", { class: "field" }, el("label", { for: "style" }, say("style")), choose);
  }

  /** The one confirmation that no program can give. */
  last() {
    return el(
      "div",
      { class: "last" },
      el("p", {}, say("confirm")),
      el("button", { type: "button", class: "approve", click: () => this.approve() }, say("approve")),
      el("button", { type: "button", class: "reject", click: () => this.reject() }, say("reject")),
    );
  }

  async approve() {
    const now = await this.ask({ do: "approve", confirmed: true });
    if (now) this.leave(1, true);
  }

  async reject() {
    const now = await this.ask({ do: "reject" });
    if (now) this.leave(1, true);
  }

  /** Keys that mean the photo, wherever the focus is. */
  photoKey(event) {
    if (isTyping(event)) return false;
    const acts = {
      a: () => this.approve(),
      r: () => this.reject(),
      n: () => this.addInTheMiddle(),
      l: () => this.toggleLoupe(),
      ArrowRight: () => this.leave(1),
      ArrowLeft: () => this.leave(-1),
    };
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (act) act();
    return Boolean(act);
  }
}

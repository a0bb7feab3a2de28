// The chosen place: what is known of it, what may be done to it, and whose face it is.

import { folder } from "./api.js";
import { announce, el, say } from "./dom.js";
import { readingOrder, stateOf } from "./faces.js";

const STEP = 0.01; // of the longer side: one press of an arrow key
const GROWTH = 1.12;
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class About {
  /** ``view`` is the view of one photo. */
  constructor(view) {
    this.view = view;
    this.element = el("div", { class: "about" });
    this.placing = new Map(); // whom the server is just being told of, by place
    this.left = new Set(); // faces that a person pointed at: they stay hidden, nobody is asked
  }

  /** Show a place; what a person is just writing of that same place stays. */
  show(spot) {
    const { box, ...known } = spot ?? {}; // what is moved is still the same place
    const shown = JSON.stringify([known, folder.session.group, spot?.chooser && this.offered().map(({ id }) => id)]);
    if (this.shown === shown) return;
    this.shown = shown;
    const old = this.element.querySelector(".who input");
    const hadFocus = this.element.contains(document.activeElement);
    const isWriting = old && old === document.activeElement && this.spot?.id === spot?.id;
    this.spot = spot;
    this.element.replaceChildren(...(spot ? this.parts(spot) : [el("p", {}, say("choose_place"))]));
    const field = isWriting && this.element.querySelector(".who input");
    if (field) {
      field.value = old.value;
      field.focus();
    } else if (hadFocus && spot) this.view.focus(spot.id);
  }

  parts(spot) {
    const button = (code, asked) =>
      el("button", { type: "button", click: () => this.view.ask({ ...asked, spot: spot.id }, spot) }, say(code));
    return [
      el("h3", {}, say("place_number", { number: spot.label })),
      el("p", { class: "sentence" }, stateOf(spot), spot.why ? `. ${spot.why}` : ""),
      spot.kind === "doubt" || spot.kind === "added"
        ? button(spot.state === "hidden" ? "show_again" : "hide_it", { do: "toggle" })
        : button(spot.otherwise, { do: spot.state === "not-face" ? "face" : "not-face" }),
      spot.kind === "added" ? this.nudging(spot) : null,
      spot.chooser ? this.who(spot) : null,
    ].filter(Boolean);
  }

  nudging(spot) {
    const button = (code, act) => el("button", { type: "button", click: act }, say(code));
    return el(
      "div",
      { class: "nudge", role: "group", "aria-label": say("move_and_size") },
      button("larger", () => this.resize(spot, [GROWTH, GROWTH])),
      button("smaller", () => this.resize(spot, [1 / GROWTH, 1 / GROWTH])),
      button("wider", () => this.resize(spot, [GROWTH, 1])),
      button("narrower", () => this.resize(spot, [1 / GROWTH, 1])),
      button("taller", () => this.resize(spot, [1, GROWTH])),
      button("lower", () => this.resize(spot, [1, 1 / GROWTH])),
      button("left_step", () => this.shift(spot, WAYS.ArrowLeft, 1)),
      button("right_step", () => this.shift(spot, WAYS.ArrowRight, 1)),
      button("up_step", () => this.shift(spot, WAYS.ArrowUp, 1)),
      button("down_step", () => this.shift(spot, WAYS.ArrowDown, 1)),
    );
  }

  /** Move or size an added place by a key; Ctrl and an arrow changes one side only. */
  nudgedBy(spot, event) {
    const way = WAYS[event.key];
    const factor = { "+": GROWTH, "-": 1 / GROWTH }[event.key];
    if (factor) this.resize(spot, [factor, factor]);
    else if (way && event.ctrlKey) this.resize(spot, [GROWTH ** way[0], GROWTH ** -way[1]]);
    else if (way) this.shift(spot, way, event.shiftKey ? 5 : 1);
    return Boolean(factor || way);
  }

  shift(spot, [right, down], times) {
    const step = STEP * times * Math.max(...this.view.photo.size);
    const [left, top, width, height] = this.view.spotOf(spot.id).box;
    this.view.move(spot, [left + right * step, top + down * step, width, height]);
  }

  resize(spot, [across, high]) {
    const [left, top, width, height] = this.view.spotOf(spot.id).box;
    const wider = (width * (across - 1)) / 2;
    const higher = (height * (high - 1)) / 2;
    this.view.move(spot, [left - wider, top - higher, width * across, height * high]);
  }

  /** Who a face belongs to, from the register; the server says whether it may be seen. */
  who(spot) {
    const list = `people-${this.view.photo.id}`;
    const group = folder.session.group;
    const known = folder.persons.filter((each) => !group || each.group === group);
    const name = folder.persons.find((each) => each.id === spot.person)?.name ?? "";
    let handled = name;
    const handle = () => {
      if (input.value === handled) return;
      handled = input.value;
      this.name(spot, input.value);
    };
    const input = el("input", {
      id: `who-${spot.id}`,
      list,
      autocomplete: "off",
      value: name,
      "aria-describedby": "who-hint",
      change: handle,
      keydown: (event) => {
        if (event.key === "Escape") this.view.focus(spot.id);
        if (event.key !== "Enter") return;
        event.preventDefault();
        if (event.repeat) return;
        handled = input.value;
        this.name(spot, input.value);
      },
    });
    return el(
      "div",
      { class: "who field" },
      el("label", { for: input.id }, say("who")),
      input,
      el("p", { id: "who-hint", class: "hint" }, say("who_hint")),
      el("datalist", { id: list }, known.map((each) => el("option", { value: each.name }, each.group))),
      this.names(spot),
      spot.person
        ? el("button", { type: "button", click: () => this.view.ask({ do: "name", spot: spot.id, person: null }, spot) }, say("unname"))
        : null,
    );
  }

  /** People who may be meant: one press names the face and goes on. */
  names(spot) {
    const button = (each) =>
      el("button", { type: "button", class: each.why ? "never" : "", title: each.why || null, click: () => this.give(spot, each) }, each.name);
    return el("div", { class: "names", role: "group", "aria-label": say("who") }, this.offered().map(button));
  }

  /** The group's people who are not placed yet, or those who are in other photos already. */
  offered() {
    const { group } = folder.session;
    const placed = this.placed();
    const present = new Set(folder.present.map((each) => each.id));
    const meant = (each) => (group ? each.group === group : present.has(each.id));
    const found = folder.persons.filter((each) => meant(each) && !placed.has(each.id));
    return found.sort((a, b) => Boolean(a.why) - Boolean(b.why));
  }

  placed() {
    return new Set([...this.view.photo.spots.map((each) => each.person), ...this.placing.values()]);
  }

  name(spot, text) {
    const wanted = text.trim().toLocaleLowerCase();
    if (!wanted) {
      this.goOn(spot);
      return;
    }
    const found = this.people(wanted);
    const inGroup = found.filter((each) => each.group === folder.session.group);
    const [person] = inGroup.length === 1 ? inGroup : found;
    if (!person || (found.length > 1 && inGroup.length !== 1)) {
      announce(say(found.length ? "several_of_name" : "nobody_of_name"), true);
      return;
    }
    this.give(spot, person);
  }

  /** Give a face its name and go on to the next one; what the rules say of it comes after. */
  give(spot, person) {
    this.placing.set(spot.id, person.id);
    this.view.ask({ do: "name", spot: spot.id, person: person.id }, spot).finally(() => {
      this.placing.delete(spot.id);
      this.show(this.spot);
    });
    this.goOn(spot);
  }

  /** Whom a text may mean: a whole name, or else how a name begins of somebody not placed yet. */
  people(wanted) {
    const lower = (each) => each.name.toLocaleLowerCase();
    const whole = folder.persons.filter((each) => lower(each) === wanted);
    if (whole.length) return whole;
    const placed = this.placed();
    return folder.persons.filter((each) => !placed.has(each.id) && ` ${lower(each)}`.includes(` ${wanted}`));
  }

  /** Faces that wait for a name, in the order in which people read. */
  waiting() {
    const faces = this.view.photo.spots.filter((each) => each.chooser);
    return readingOrder(faces).filter((each) => !each.person && !this.placing.has(each.id) && !this.left.has(each.id));
  }

  /** Go on to the next face without a name, or to the button that approves. */
  goOn(spot = null) {
    const order = readingOrder(this.view.photo.spots);
    const at = spot ? order.findIndex((each) => each.id === spot.id) : -1;
    const next = this.waiting().find((each) => order.findIndex(({ id }) => id === each.id) > at);
    if (!next) {
      this.view.panel.querySelector(".approve").focus();
      return;
    }
    this.view.focus(next.id);
    this.element.querySelector(".who input")?.focus();
  }
}

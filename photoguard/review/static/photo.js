// One photo: places over the hidden picture, what the rules say of it, and the verdict.

import { change, folder, photoOf, settle } from "./api.js";
import { About } from "./about.js";
import { announce, announceResult, el, isHeld, place, samePlace, say, troublesSoFar } from "./dom.js";
import { labelOf, askedBy } from "./faces.js";
import { GroupPanel } from "./group.js";
import { Stage } from "./stage.js";
import { TextPanel } from "./texts.js";

const NEW_SIDE = 0.12; // of the shorter side: a place that was added with the keyboard
const AFTER = 150; // milliseconds after the last of several steps in which a place is sent

/** Whether a notice tells what else than a face may give somebody away. */
const isHint = ({ code }) => /^reasons\.(hint_|text_)/.test(code);

/** The view of one photo; ``leave(direction, onlyOpen)`` goes on to another one. */
export class PhotoView {
  constructor(photo, spot, { leave, go, refresh }) {
    this.leave = leave;
    this.go = go;
    this.refresh = refresh;
    this.busy = new Set(); // places of which the server was just asked
    this.photo = photo;
    this.stage = new Stage({
      added: (box) => this.add(box),
      moved: (moved, box) => this.ask({ do: "move", spot: moved.id, box }, moved, true),
    });
    this.facts = el("div", { class: "facts" });
    this.about = new About(this);
    this.group = new GroupPanel(this);
    this.texts = new TextPanel(photo, (asked) => this.ask(asked));
    this.panel = el("div", { class: "panel" });
    const known = el("div", { class: "known" }, this.facts, this.about.element, this.group.element, this.texts.element);
    this.panel.append(known, this.last());
    const frame = el("div", { class: "frame" }, this.stage.element, this.tools());
    this.element = el("div", { class: "one" }, frame, this.panel);
    this.show(photo);
    if (spot) this.select(spot.id);
  }

  /** Show what is known of the photo now; where somebody writes or draws, that goes on. */
  show(photo) {
    const { overlay } = this.stage;
    const held = overlay.contains(document.activeElement) ? this.spotOf(document.activeElement.dataset.spot) : null;
    this.photo = photo;
    this.stage.show(photo);
    if (this.moving) this.spotOf(this.moving.spot.id)?.box.splice(0, 4, ...this.moving.box);
    if (!this.stage.isHeld) overlay.replaceChildren(...photo.spots.map((each) => this.spot(each)));
    this.facts.replaceChildren(...this.asked());
    this.group.show(photo);
    this.texts.show(photo);
    if (document.activeElement !== this.styles) this.styles.value = photo.style;
    const before = held ?? this.chosen;
    const chosen = before && samePlace(photo.spots, before);
    this.select(chosen?.id);
    if (held && chosen) this.focus(chosen.id);
  }

  spotOf(id) {
    return this.photo.spots.find((each) => each.id === id);
  }

  focus(id) {
    this.stage.buttonOf(id)?.focus();
  }

  spot(spot) {
    const made = el(
      "button",
      {
        type: "button",
        class: `spot ${spot.kind} ${spot.state}${this.about.left.has(spot.id) ? " left" : ""}`,
        "data-spot": spot.id,
        "aria-label": labelOf(this.photo, spot) + (spot.why ? `. ${spot.why}` : ""),
        title: spot.why || null,
        focus: () => this.select(spot.id),
        click: () => this.group.pointedAt(spot),
        keydown: (event) => this.key(spot, event),
        pointerdown: (event) => this.stage.drag(spot, event),
      },
      el("span", { class: "label", "aria-hidden": "true" }, spot.label),
    );
    return place(made, spot.box, this.photo.size);
  }

  select(id) {
    this.chosen = this.spotOf(id);
    this.about.show(this.chosen);
  }

  /** Ask for a change; of one place it is asked once until the answer is there. */
  async ask(asked, spot = null, isRepeated = false) {
    if (spot && !isRepeated && this.busy.has(spot.id)) {
      announce(say("one_moment"));
      return null;
    }
    if (spot) this.busy.add(spot.id);
    const before = troublesSoFar();
    const now = await change(this.photo, asked);
    if (spot) this.busy.delete(spot.id);
    const fresh = now && spot && samePlace(now.spots, spot);
    this.show(photoOf(this.photo.id));
    if (fresh) announceResult(labelOf(now, fresh), before);
    return now;
  }

  key(spot, event) {
    const asked = askedBy(event, spot);
    const isOwn = spot.kind === "added";
    if (asked) {
      if (!isHeld(event)) this.toggle(spot, asked);
    } else if (isOwn && !event.altKey && !event.metaKey && this.about.nudgedBy(spot, event)) {
      // done there
    } else if (event.key === "Delete" || event.key === "Backspace") {
      if (isOwn && !event.repeat) this.ask({ do: "toggle", spot: spot.id }, spot);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  toggle(spot, asked) {
    if (asked.do === "toggle" && this.group.pointedAt(spot)) return;
    const field = asked.do === "toggle" && spot.chooser && this.about.element.querySelector(".who input");
    if (field && spot.kind !== "added") field.focus();
    else this.ask(asked, spot);
  }

  /** Move an added place; several steps in quick succession are sent as one. */
  move(spot, box) {
    this.moving = { spot, box };
    this.spotOf(spot.id)?.box.splice(0, 4, ...box);
    const shown = this.stage.buttonOf(spot.id);
    if (shown) place(shown, box, this.photo.size);
    clearTimeout(this.later);
    this.later = setTimeout(() => this.flush(), AFTER);
  }

  /** Send what was moved and is not sent yet. */
  flush() {
    clearTimeout(this.later);
    if (!this.moving) return;
    const { spot, box } = this.moving;
    this.moving = null;
    this.ask({ do: "move", spot: spot.id, box }, spot, true);
  }

  async add(box) {
    const before = new Set(this.photo.spots.map((each) => each.id));
    const now = await this.ask({ do: "add", box });
    const made = now?.spots.find((each) => !before.has(each.id) && each.kind === "added");
    if (!made) return;
    this.focus(made.id);
    announce(labelOf(now, made));
  }

  addInTheMiddle() {
    const [width, height] = this.photo.size;
    const side = NEW_SIDE * Math.min(width, height);
    return this.add([(width - side) / 2, (height - side) / 2, side, side]);
  }

  conceal() {
    this.flush();
    this.stage.conceal();
  }

  /** What the server tells of the photo as a whole. */
  asked() {
    const photo = this.photo;
    const outcome = photo.settled || photo.status;
    return [
      el("h2", {}, photo.name),
      el("p", { class: `outcome ${outcome}` }, say(`outcome_${outcome}`)),
      photo.working ? el("p", { role: "status" }, say("working")) : null,
      el("ul", { class: "reasons" }, photo.reasons.map((each) => el("li", {}, each.text))),
      el("ul", { class: "hints" }, photo.notices.filter(isHint).map((each) => el("li", {}, each.text))),
      el("p", { class: "channels" }, say("may_go_out", { channels: photo.channels.join(", ") || "–" })),
      this.event(),
      this.posted(),
    ].filter(Boolean);
  }

  /** What was asked of the whole folder, with the way there. */
  event() {
    const { event, photographer } = folder.session;
    const asked = say("event_line", { event: event || "–", photographer: photographer || "–" });
    return el("p", { class: "channels" }, asked, " ", el("button", { type: "button", class: "link", click: () => this.go("event") }, say("change_it")));
  }

  /** Where the photo is up, or the way to note that; nothing before it is approved. */
  posted() {
    const { photo } = this;
    if (!folder.has_register || photo.settled !== "approved" || photo.status !== "ready") return null;
    const asked = photo.posted.length ? say("posted_on", { channels: photo.posted.join(", ") }) : "";
    const note = el("button", { type: "button", class: "link", click: () => this.go("posts", photo) }, say("published_as"));
    return el("p", { class: "channels" }, asked, " ", note);
  }

  tools() {
    const { stage } = this;
    const held = el(
      "button",
      {
        type: "button",
        pointerdown: () => stage.reveal(),
        pointerup: () => stage.conceal(),
        pointerleave: () => stage.conceal(),
        pointercancel: () => stage.conceal(),
        contextmenu: (event) => event.preventDefault(),
        blur: () => stage.conceal(),
        keydown: (event) => event.key === " " && !event.repeat && stage.reveal(),
        keyup: () => stage.conceal(),
      },
      say("hold_original"),
    );
    return el(
      "div",
      { class: "tools" },
      el("button", { type: "button", click: () => this.addInTheMiddle() }, say("add_place")),
      el("button", { type: "button", click: () => stage.toggleLoupe() }, say("loupe")),
      held,
      this.style(),
    );
  }

  style() {
    this.styles = el(
      "select",
      { id: "style", change: () => this.ask({ do: "style", style: this.styles.value }) },
      folder.styles.map((each) => el("option", { value: each.name }, each.label)),
    );
    return el("label", { for: "style" }, say("style"), " ", this.styles);
  }

  /** The one confirmation that no program can give. */
  last() {
    return el(
      "div",
      { class: "last" },
      el("p", {}, say("confirm")),
      el("button", { type: "button", class: "approve", click: () => this.approve() }, say("approve")),
      el("button", { type: "button", class: "reject", click: () => this.end({ do: "reject" }) }, say("reject")),
    );
  }

  /** Approve what is on the screen: a picture that is not there yet nobody has looked at. */
  async approve() {
    if (!(await this.texts.isKept())) {
      announce(say("mend_words"), true);
      return;
    }
    if (!this.stage.isSeen) announce(say("not_seen_yet"), true);
    else if (this.photo.held) this.tryAgain();
    else this.end(this.approval());
  }

  /** The last word on the very picture that is on the screen. */
  approval() {
    return { do: "approve", confirmed: true, picture_version: this.stage.version };
  }

  /** Ask the server whether a rule still holds the photo; it may have been mended elsewhere. */
  async tryAgain() {
    this.flush();
    const now = await this.ask(this.approval());
    if (now && this.element.isConnected) this.leave(1, true);
  }

  /** Approve or reject, and go on at once; a refusal is asked in the head with a way back. */
  end(asked) {
    this.flush();
    settle(this.photo, asked).then(() => {
      this.show(photoOf(this.photo.id));
      this.refresh();
    });
    if (this.element.isConnected) this.leave(1, true);
  }

  /** What a key means for the photo, wherever the focus is. */
  keys() {
    return {
      a: () => this.approve(),
      r: () => this.end({ do: "reject" }),
      n: () => this.addInTheMiddle(),
      l: () => this.stage.toggleLoupe(),
      o: () => this.stage.reveal(),
      ArrowRight: () => this.leave(1),
      ArrowLeft: () => this.leave(-1),
    };
  }
}

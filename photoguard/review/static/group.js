// A photo of a class: who of the group is still to be placed, and "all but these".

import { folder } from "./api.js";
import { announce, el, say } from "./dom.js";

export class GroupPanel {
  /** ``view`` is the view of one photo. */
  constructor(view) {
    this.view = view;
    this.isPointing = false;
    this.title = el("summary", {});
    this.open = el("p", {});
    this.never = el("p", { class: "never" });
    this.point = el("button", { type: "button", "aria-pressed": "false", click: () => this.toggle() }, say("all_but_these"));
    this.others = el("button", { type: "button", click: () => this.nameOthers() }, say("name_others"));
    const tools = el("div", { class: "tools" }, this.point, this.others);
    this.element = el("details", { class: "group", open: true }, this.title, tools, this.open, this.never);
  }

  show({ group }) {
    this.element.hidden = !group;
    if (!group) return;
    const names = (people) => people.map((each) => each.name).join(", ") || "–";
    this.title.textContent = say("group_title", { group: folder.session.group });
    this.open.textContent = say("group_left", { people: names(group.left) });
    this.never.textContent = say("group_not", { people: names(group.not) });
  }

  /** Begin or end to point at those who stay hidden without a name. */
  toggle() {
    this.isPointing = !this.isPointing;
    this.point.setAttribute("aria-pressed", String(this.isPointing));
    if (this.isPointing) announce(say("point_at_them"));
  }

  /** Take a face for one that stays hidden, or take that back; false where nobody points. */
  pointedAt(spot) {
    if (!this.isPointing || !spot.chooser) return false;
    const { left } = this.view.about;
    if (!left.delete(spot.id)) left.add(spot.id);
    this.view.stage.buttonOf(spot.id)?.classList.toggle("left", left.has(spot.id));
    announce(say(left.has(spot.id) ? "left_hidden" : "asked_again", { number: spot.label }));
    return true;
  }

  /** Ask for the names of all others, in the order in which people read. */
  nameOthers() {
    if (this.isPointing) this.toggle();
    this.view.about.goOn();
  }
}

// What a person answers once for the whole folder, and who is in its photos and may be shown where.

import { changeFolder, folder } from "./api.js";
import { el, say } from "./dom.js";

export class EventView {
  constructor() {
    this.channels = el("div", { class: "choices" });
    this.present = el("div", { class: "present" });
    this.fields = { event: this.field("event", "text"), photographer: this.field("photographer", "text"), day: this.field("day", "date") };
    this.element = el(
      "div",
      { class: "sheet" },
      el("h2", {}, say("view_event")),
      el("p", { class: "hint" }, say("event_hint")),
      Object.values(this.fields).map(({ element }) => element),
      el("fieldset", {}, el("legend", {}, say("session_channels")), this.channels),
      el("h3", {}, say("present_title")),
      this.present,
    );
    this.show();
  }

  field(name, type) {
    const input = el("input", {
      id: `session-${name}`,
      type,
      maxlength: "200",
      change: () => this.tell({ [name]: input.value }),
    });
    const element = el("div", { class: "field" }, el("label", { for: input.id }, say(`session_${name}`)), input);
    return { element, input };
  }

  async tell(asked) {
    await changeFolder(asked);
    this.show();
  }

  /** Show what holds now; what somebody is writing stays. */
  show() {
    for (const [name, { input }] of Object.entries(this.fields)) {
      if (input !== document.activeElement) input.value = folder.session[name] ?? "";
    }
    const here = document.activeElement?.id;
    this.channels.replaceChildren(...folder.channels.map((each) => this.choice(each)));
    if (here?.startsWith("channel-")) document.getElementById(here)?.focus();
    this.present.replaceChildren(people());
  }

  choice({ name, label, chosen }) {
    const box = el("input", { id: `channel-${name}`, type: "checkbox", value: name, change: () => this.choose() });
    box.checked = chosen;
    return el("label", { for: box.id }, box, " ", label);
  }

  choose() {
    const boxes = [...this.channels.querySelectorAll("input")];
    this.tell({ channels: boxes.filter((each) => each.checked).map((each) => each.value) });
  }
}

function people() {
  if (!folder.present.length) return el("p", {}, say(folder.has_register ? "nobody_present" : "no_register_here"));
  const head = ["present_name", "present_photos", "present_channels"].map((code) => el("th", { scope: "col" }, say(code)));
  const rows = folder.present.map((each) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, each.name),
      el("td", {}, String(each.photos)),
      el("td", { class: each.channels.length ? "" : "never" }, each.channels.join(", ") || each.why || "–"),
    ),
  );
  return el("table", {}, el("thead", {}, el("tr", {}, head)), el("tbody", {}, rows));
}

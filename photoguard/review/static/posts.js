// "Published as …": which approved photos went out where; the register keeps it for a takedown.

import { folder, post } from "./api.js";
import { announce, el, say } from "./dom.js";
import { tileOf } from "./pictures.js";

export class PostsView {
  /** ``chosen`` is the photo from which a person came here, if any. */
  constructor(chosen) {
    this.list = el("ul", { class: "choices photos-out" });
    this.channel = el("select", { id: "post-channel" }, folder.channels.filter(({ chosen: may }) => may).map((each) => el("option", { value: each.name }, each.label)));
    this.url = el("input", { id: "post-url", type: "url", maxlength: "500", autocomplete: "off" });
    this.day = el("input", { id: "post-day", type: "date", value: today(), max: today() });
    this.looked = el("input", { id: "post-looked", type: "checkbox" });
    this.button = el("button", { type: "button", class: "approve", click: () => this.note() }, say("note_post"));
    this.fields = []; // of the post itself, for which a photo has to be approved first
    this.chosen = new Set(chosen ? [chosen.id] : []);
    this.known = new Set(chosen ? folder.photos.map(({ id }) => id) : []); // what was offered already
    this.element = el("div", { class: "sheet" }, el("h2", {}, say("view_posts")), el("p", { class: "hint" }, say("posts_hint")), this.body());
    this.show();
  }

  body() {
    if (!folder.has_register) return el("p", {}, say("no_register_here"));
    const field = (code, input) => el("div", { class: "field" }, el("label", { for: input.id }, say(code)), input);
    this.fields = [
      field("post_channel", this.channel),
      field("post_url", this.url),
      field("post_day", this.day),
      el("label", { for: this.looked.id }, this.looked, " ", say("post_looked")),
      this.button,
    ];
    return [el("fieldset", {}, el("legend", {}, say("post_photos")), this.list), ...this.fields];
  }

  show() {
    const here = document.activeElement?.id;
    for (const { id, posted } of approved().filter((each) => !this.known.has(each.id))) {
      this.known.add(id);
      if (!posted.length) this.chosen.add(id);
    }
    this.list.replaceChildren(...approved().map((each) => this.line(each)));
    if (!this.list.children.length) this.list.append(el("li", { class: "none" }, say("none_approved")));
    for (const field of this.fields) field.hidden = !approved().length;
    if (here?.startsWith("out-")) document.getElementById(here)?.focus();
  }

  line(photo) {
    const box = el("input", { id: `out-${photo.id}`, type: "checkbox", change: () => this.choose(photo, box.checked) });
    box.checked = this.chosen.has(photo.id);
    const where = photo.posted.length ? say("posted_on", { channels: photo.posted.join(", ") }) : "";
    const small = el("img", { src: tileOf(photo), alt: "", loading: "lazy" });
    return el("li", {}, el("label", { for: box.id }, box, small, el("span", {}, photo.name, " ", el("small", {}, where))));
  }

  choose(photo, isChosen) {
    if (isChosen) this.chosen.add(photo.id);
    else this.chosen.delete(photo.id);
  }

  async note() {
    const photos = approved().flatMap(({ id }) => (this.chosen.has(id) ? [id] : [])); // those with a tick
    const asked = { photos, channel: this.channel.value, url: this.url.value, on: this.day.value, looked: this.looked.checked };
    this.button.disabled = true;
    const now = await post(asked);
    this.button.disabled = false;
    if (!now) return;
    this.chosen.clear();
    this.looked.checked = false;
    this.url.value = "";
    this.show();
    announce(say("post_noted", { number: photos.length, channel: this.channel.selectedOptions[0].label }));
  }
}

function today() {
  const now = new Date();
  return new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
}

/** Photos that a person approved and whose copies lie in the ready folder. */
function approved() {
  return folder.photos.filter((each) => each.settled === "approved" && each.status === "ready" && !each.working);
}

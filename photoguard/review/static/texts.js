// The words of one photo: descriptions in three languages, and what goes with a post.

import { folder } from "./api.js";
import { announce, el, say } from "./dom.js";

const SHORT = 125;
const LONGEST = 250;

export class TextPanel {
  /** ``change`` asks the server for a change of the photo and returns it, or null. */
  constructor(photo, change) {
    this.change = change;
    this.asked = Promise.resolve();
    this.fields = new Map(photo.alt.map((alt) => [alt.language, this.field(alt)]));
    this.copying = el("ul", { class: "copying" });
    this.element = el(
      "details",
      { class: "texts", open: photo.alt.some(({ text }) => text) },
      el("summary", {}, say("texts_title")),
      [...this.fields.values()].map(({ element }) => element),
      this.copying,
      el("button", { type: "button", click: () => change({ do: "describe-next" }) }, say("describe_next")),
    );
  }

  field({ language, name }) {
    const counter = el("span", { class: "counter", id: `count-${language}` });
    const area = el("textarea", {
      id: `alt-${language}`,
      lang: language,
      rows: "2",
      maxlength: "1000",
      "aria-describedby": counter.id,
      input: () => count(area, counter),
      change: () => this.keep(language, area),
    });
    const use = el("button", { type: "button", hidden: true }, say("use_draft"));
    use.addEventListener("click", () => {
      area.value = area.placeholder;
      count(area, counter);
      this.keep(language, area);
      area.focus();
    });
    const element = el("div", { class: "field" }, el("label", { for: area.id }, name), area, counter, use);
    return { element, area, counter, use, kept: null, sent: null };
  }

  /** Ask to keep what was written; a text that was refused stays, and is marked. */
  keep(language, area) {
    const text = area.value;
    const asked = this.change({ do: "describe", language, text }).then((now) => {
      if (!now) area.ariaInvalid = "true";
      else {
        area.ariaInvalid = null;
        this.fields.get(language).sent = text;
      }
    });
    this.asked = Promise.all([this.asked, asked]);
  }

  /** Whether everything that was written is kept. */
  async isKept() {
    if (this.isWritten()) await this.asked;
    return ![...this.fields.values()].some(({ area }) => area.ariaInvalid === "true");
  }

  isWritten() {
    return [...this.fields.values()].some(({ area, kept }) => area.value !== kept);
  }

  /** Show what is kept now; a text that somebody writes, or that was refused, stays. */
  show(photo) {
    for (const { language, text, draft } of photo.alt) {
      const field = this.fields.get(language);
      const typed = field.area.value;
      const isOwn = field.kept !== null && typed !== field.kept && typed !== field.sent;
      if (!isOwn) field.area.value = text;
      field.kept = text;
      field.area.placeholder = text ? "" : draft;
      field.use.hidden = !draft || Boolean(field.area.value);
      count(field.area, field.counter);
    }
    if (!this.copying.contains(document.activeElement)) this.copying.replaceChildren(...blocks(photo));
  }
}

function count(field, counter) {
  const used = [...field.value].length;
  counter.textContent = say("counter", { used, short: SHORT, longest: LONGEST });
  counter.classList.toggle("long", used > SHORT);
  counter.classList.toggle("over", used > LONGEST);
}

function blocks(photo) {
  const shown = photo.copying.filter(({ text }) => text);
  return shown.map(({ what, text }) =>
    el(
      "li",
      {},
      el("span", {}, text),
      el("button", { type: "button", click: () => copy(text) }, say(`copy_${what}`)),
    ),
  );
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    announce(say("copied"));
  } catch {
    announce(say("not_copied"), true);
  }
}

/** What is set once for the folder: event and photographer. */
export function sessionPanel(changeFolder) {
  const field = (name) => {
    const input = el("input", {
      id: `session-${name}`,
      value: folder.session[name] ?? "",
      maxlength: "200",
      change: () => changeFolder({ [name]: input.value }),
    });
    return el("div", { class: "field" }, el("label", { for: input.id }, say(`session_${name}`)), input);
  };
  return el(
    "details",
    { class: "session" },
    el("summary", {}, say("session_title")),
    field("event"),
    field("photographer"),
    el("p", {}, say("session_channels", { channels: folder.channels.join(", ") || "–" })),
  );
}

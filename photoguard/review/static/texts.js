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
    this.photographer = el("input", {
      id: "photographer",
      maxlength: "200",
      change: () => change({ do: "photographer", name: this.photographer.value }),
    });
    this.works = new WorksField(change);
    this.element = el(
      "details",
      { class: "texts", open: photo.alt.some(({ text }) => text) },
      el("summary", {}, say("texts_title")),
      [...this.fields.values()].map(({ element }) => element),
      el("button", { type: "button", click: () => change({ do: "describe-next" }) }, say("describe_next")),
      el("div", { class: "field" }, el("label", { for: "photographer" }, say("photographer")), this.photographer),
      this.works.element,
      this.copying,
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
    if (this.photographer !== document.activeElement) this.photographer.value = photo.photographer;
    this.photographer.placeholder = folder.session.photographer ?? "";
    this.works.show(photo);
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

/** Whose works are in the photo: nobody told, none, or people of the register. */
class WorksField {
  constructor(change) {
    this.tell = (persons) => change({ do: "works", persons });
    this.known = el("select", { id: "works", change: () => this.tell(this.known.value === "none" ? [] : null) });
    this.known.append(...["untold", "none", "by"].map((each) => el("option", { value: each }, say(`works_${each}`))));
    this.makers = el("ul", { class: "names" });
    const add = el("input", {
      id: "works-by",
      list: "makers",
      autocomplete: "off",
      keydown: (event) => event.key === "Enter" && this.add(add),
      change: () => this.add(add),
    });
    this.by = el(
      "div",
      { class: "field" },
      this.makers,
      el("label", { for: "works-by" }, say("works_add")),
      add,
      el("datalist", { id: "makers" }, folder.makers.map((each) => el("option", { value: each.name }, each.group))),
    );
    this.by.hidden = !folder.has_register;
    this.element = el("div", { class: "field" }, el("label", { for: "works" }, say("works")), this.known, this.by);
  }

  add(field) {
    const wanted = field.value.trim().toLocaleLowerCase();
    if (!wanted) return;
    const found = folder.makers.filter((each) => each.name.toLocaleLowerCase() === wanted);
    if (found.length !== 1) {
      announce(say(found.length ? "several_of_name" : "nobody_of_name"), true);
      return;
    }
    field.value = "";
    this.tell([...(this.persons ?? []), found[0].id]);
  }

  show({ works }) {
    this.persons = works;
    this.known.value = works === null ? "untold" : works.length ? "by" : "none";
    this.known.options[2].disabled = !works?.length;
    const name = (id) => folder.makers.find((each) => each.id === id)?.name ?? id;
    const made = (id) => {
      const without = () => this.tell(works.filter((each) => each !== id));
      return el("li", {}, el("button", { type: "button", "aria-label": say("works_remove", { person: name(id) }), click: without }, name(id), " ×"));
    };
    this.makers.replaceChildren(...(works ?? []).map(made));
  }
}

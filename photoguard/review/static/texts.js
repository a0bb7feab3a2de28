// The words of one photo: descriptions in three languages, and what goes with a post.

import { folder } from "./api.js";
import { announce, el, say } from "./dom.js";

const SHORT = 125;
const LONGEST = 250;

export function textPanel(photo, change) {
  const fields = photo.alt.map(({ language, name, text, draft }) => {
    const counter = el("span", { class: "counter", id: `count-${language}` });
    const field = el("textarea", {
      id: `alt-${language}`,
      lang: language,
      rows: "2",
      maxlength: "1000",
      "aria-describedby": `count-${language}`,
      input: () => count(field, counter),
      change: () => change({ do: "describe", language, text: field.value }),
    });
    field.value = text;
    if (draft && !text) field.placeholder = draft;
    count(field, counter);
    const use = el(
      "button",
      {
        type: "button",
        hidden: !draft || Boolean(text),
        click: () => {
          field.value = draft;
          count(field, counter);
          change({ do: "describe", language, text: draft });
        },
      },
      say("use_draft"),
    );
    return el("div", { class: "field" }, el("label", { for: field.id }, name), field, counter, use);
  });
  return el(
    "details",
    { class: "texts", open: photo.alt.some(({ text }) => text) },
    el("summary", {}, say("texts_title")),
    fields,
    copying(photo),
    el(
      "button",
      { type: "button", click: () => change({ do: "describe-next" }) },
      say("describe_next"),
    ),
  );
}

function count(field, counter) {
  const used = [...field.value].length;
  counter.textContent = say("counter", { used, short: SHORT, longest: LONGEST });
  counter.classList.toggle("long", used > SHORT);
  counter.classList.toggle("over", used > LONGEST);
}

function copying(photo) {
  return el(
    "ul",
    { class: "copying" },
    photo.copying
      .filter(({ text }) => text)
      .map(({ what, text }) =>
        el(
          "li",
          {},
          el("span", {}, text),
          el("button", { type: "button", click: () => copy(text) }, say(`copy_${what}`)),
        ),
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

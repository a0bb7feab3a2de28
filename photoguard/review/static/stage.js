// The hidden picture with its places: drawing, moving, the loupe, and the original while held.

import { announce, el, place, say } from "./dom.js";
import { pictureOf } from "./pictures.js";

const LEAST_DRAG = 6; // pixels of the screen below which a drag is a click
const ENLARGED = 3; // times in the loupe
const LOUPE = 90; // its radius in pixels

export class Stage {
  /** ``added(box)`` is told of a drawn place, ``moved(spot, box)`` of one that was dragged. */
  constructor({ added, moved }) {
    this.tell = { added, moved };
    this.overlay = el("div", { class: "overlay" });
    this.picture = el("img", { alt: "" });
    this.original = el("img", { class: "original", alt: "", hidden: true });
    this.loupe = el("div", { class: "loupe", hidden: true, "aria-hidden": "true" });
    this.element = el("div", { class: "stage" }, this.picture, this.original, this.overlay, this.loupe);
    this.element.addEventListener("pointerdown", (event) => this.draw(event));
    this.element.addEventListener("pointermove", (event) => this.magnify(event));
    this.element.addEventListener("pointerleave", () => {
      this.loupe.hidden = true;
    });
  }

  /** Show a photo; a copy that was made again takes the place of the one before when it is there. */
  show(photo) {
    const wanted = `${photo.id}/${photo.picture_version}`;
    const isAgain = this.photo?.id === photo.id && this.isSeen;
    this.photo = photo;
    if (this.wanted === wanted) return;
    this.wanted = wanted;
    const picture = pictureOf(photo);
    const take = () => this.wanted === wanted && this.take(picture, photo);
    if (!isAgain || picture.complete) take();
    else for (const end of ["load", "error"]) picture.addEventListener(end, take, { once: true });
  }

  take(picture, photo) {
    this.picture.replaceWith(picture);
    this.picture = picture;
    this.version = photo.picture_version; // of the picture on the screen
    this.element.style.aspectRatio = `${photo.size[0]} / ${photo.size[1]}`;
    this.element.style.setProperty("--ratio", photo.size[0] / photo.size[1]);
  }

  /** Whether the picture stands on the screen, so that a person can have looked at it. */
  get isSeen() {
    return this.picture.complete && this.picture.naturalWidth > 0;
  }

  buttonOf(id) {
    return this.overlay.querySelector(`[data-spot="${CSS.escape(id)}"]`);
  }

  /** Move an added place with the pointer; the original is shown meanwhile. */
  drag(spot, event) {
    if (event.button !== 0 || spot.kind !== "added") return;
    event.preventDefault();
    event.stopPropagation();
    const target = event.currentTarget;
    target.focus();
    const start = this.point(event);
    const [left, top, width, height] = spot.box;
    let box = null;
    const going = (now) => {
      const [x, y] = this.point(now);
      box = [left + x - start[0], top + y - start[1], width, height];
      place(target, box, this.photo.size);
      this.reveal();
    };
    this.follow(event, going, () => {
      this.conceal();
      if (box) this.tell.moved(spot, box);
    });
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
      if (box && far >= LEAST_DRAG) this.tell.added(box);
    });
  }

  follow(event, going, done) {
    const stage = this.element;
    stage.setPointerCapture(event.pointerId);
    this.isHeld = true;
    const end = (last) => {
      this.isHeld = false;
      stage.removeEventListener("pointermove", going);
      stage.removeEventListener("pointerup", end);
      stage.removeEventListener("pointercancel", end);
      done(last);
    };
    stage.addEventListener("pointermove", going);
    stage.addEventListener("pointerup", end);
    stage.addEventListener("pointercancel", end);
  }

  /** Return where the pointer is, in pixels of the picture. */
  point(event) {
    const shown = this.element.getBoundingClientRect();
    return [
      ((event.clientX - shown.left) / shown.width) * this.photo.size[0],
      ((event.clientY - shown.top) / shown.height) * this.photo.size[1],
    ];
  }

  magnify(event) {
    this.loupe.hidden = !this.magnifying;
    if (!this.magnifying) return;
    const shown = this.element.getBoundingClientRect();
    const x = event.clientX - shown.left;
    const y = event.clientY - shown.top;
    this.loupe.style.left = `${x}px`;
    this.loupe.style.top = `${y}px`;
    const image = this.loupe.firstChild ?? this.loupe.appendChild(el("img", { alt: "" }));
    if (image.src !== this.picture.src) image.src = this.picture.src;
    image.style.width = `${shown.width * ENLARGED}px`;
    image.style.left = `${LOUPE - x * ENLARGED}px`;
    image.style.top = `${LOUPE - y * ENLARGED}px`;
  }

  toggleLoupe() {
    this.magnifying = !this.magnifying;
    this.loupe.hidden = !this.magnifying;
    announce(say(this.magnifying ? "loupe_on" : "loupe_off"));
  }

  /** Show the original while a key, a button or a place is held; nothing of it is kept. */
  reveal() {
    if (!this.original.hidden) return;
    const shown = this.element.getBoundingClientRect();
    const side = Math.ceil(Math.max(shown.width, shown.height) * devicePixelRatio);
    this.original.src = `/original/${this.photo.id}?side=${side}&at=${Date.now()}`;
    this.original.hidden = false;
    this.element.classList.add("revealed");
  }

  conceal() {
    this.original.hidden = true;
    this.original.removeAttribute("src");
    this.element.classList.remove("revealed");
  }
}

"use strict";
(() => {
  const root = document.documentElement;
  const status = document.getElementById("shown");

  root.dataset.show = "all";
  for (const choice of document.querySelectorAll("input[name=show]")) {
    choice.addEventListener("change", () => {
      root.dataset.show = choice.value;
      status.textContent = choice.dataset.shown;
    });
  }

  const select = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };

  // A page opened from the disk may be denied the clipboard; copying a selection still works.
  const copy = async (element) => {
    try {
      await navigator.clipboard.writeText(element.textContent);
      return true;
    } catch {
      select(element);
      return document.execCommand("copy");
    }
  };

  for (const button of document.querySelectorAll("button.copy")) {
    const label = button.firstChild;
    const word = label.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      if (!(await copy(document.getElementById(button.dataset.copy)))) return;
      label.textContent = button.dataset.done;
      if (status) status.textContent = button.dataset.done;
      setTimeout(() => { label.textContent = word; }, 2500);
    });
  }

  for (const button of document.querySelectorAll("button.print")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  // A link to an outcome or a photo must lead somewhere, even while a filter hides it.
  window.addEventListener("hashchange", () => {
    const all = document.getElementById("show-all");
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (all && target && !target.getClientRects().length) {
      all.click();
      target.scrollIntoView();
    }
  });
})();

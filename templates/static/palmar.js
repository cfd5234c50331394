// Small helps; every page works without them.
(() => {
  "use strict";

  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Sentences come from the page, in attributes, with # for the argument.
  const write = (sentence, argument) => sentence.replace("#", () => argument);
  const number = (n) => new Intl.NumberFormat(document.documentElement.lang || undefined).format(n);

  // <div class="check" hidden> around <input type="checkbox"
  // data-select-all="entry"> and its label: is shown, and ticks every box of that
  // name in its fieldset, or else in its form; <output data-selected="entry"
  // data-words="Selected: #"> counts what is ticked in the form.
  function selectAll(master) {
    const name = master.dataset.selectAll;
    const form = master.form || document;
    master.closest("[hidden]")?.removeAttribute("hidden");
    const boxes = (root) => all(`input[type=checkbox][name="${CSS.escape(name)}"]:not(:disabled)`, root);
    const own = () => boxes(master.closest("fieldset") || form);
    const show = () => {
      const ticked = own().filter((b) => b.checked).length;
      master.checked = ticked > 0 && ticked === own().length;
      master.indeterminate = ticked > 0 && !master.checked;
      const chosen = boxes(form).filter((b) => b.checked).length;
      all(`[data-selected="${CSS.escape(name)}"]`, form).forEach((o) => { o.textContent = chosen ? write(o.dataset.words, number(chosen)) : ""; });
    };
    master.addEventListener("change", () => own().forEach((b) => { b.checked = master.checked; }));
    form.addEventListener("change", show);
    show();
  }

  // <button type="button" data-copy="text" data-copied data-failed hidden>: shown
  // where copying works; data-copied and data-failed are what it says afterward.
  function copy(button) {
    if (!navigator.clipboard) return;
    const label = button.textContent;
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
        button.textContent = button.dataset.copied;
      } catch {
        button.textContent = button.dataset.failed;
      }
      setTimeout(() => { button.textContent = label; }, 2500);
    });
  }

  // <form data-session> with start, end, break_minutes and <output
  // data-session-length data-words data-overnight data-too-short>: says how long the
  // session is while it is filled in.
  function session(form) {
    const out = form.querySelector("[data-session-length]");
    if (!out) return;
    const clock = (name) => {
      const m = /^(\d{2}):(\d{2})/.exec(form.elements[name]?.value ?? "");
      return m ? m[1] * 60 + +m[2] : null;
    };
    const show = () => {
      const start = clock("start"), end = clock("end");
      const rest = Number(form.elements.break_minutes?.value || 0);
      if (start === null || end === null || start === end || Number.isNaN(rest)) { out.textContent = ""; return; }
      const minutes = ((end - start + 1440) % 1440) - rest;
      const h = Math.floor(minutes / 60), m = minutes % 60;
      out.textContent = minutes <= 0 ? out.dataset.tooShort
        : write(end < start ? out.dataset.overnight : out.dataset.words, [h && `${h} h`, m && `${m} min`].filter(Boolean).join(" "));
    };
    form.addEventListener("input", show);
    show();
  }

  // A form is posted once, however often its button is pressed, unless it has
  // data-again (its answer is a file).
  document.addEventListener("submit", (e) => {
    const form = e.target;
    if (e.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post" || "again" in form.dataset) return;
    if (form.dataset.sent) { e.preventDefault(); return; }
    form.dataset.sent = "yes";
    all("button:not([type=button])", form).forEach((b) => b.setAttribute("aria-disabled", "true"));
  });
  window.addEventListener("pageshow", () => {
    all("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      all("button[aria-disabled]", form).forEach((b) => b.removeAttribute("aria-disabled"));
    });
  });

  function enhance(root) {
    all("input[data-select-all]", root).forEach(selectAll);
    all("button[data-copy]", root).forEach(copy);
    all("form[data-session]", root).forEach(session);
    all(".tabs [aria-current]", root).forEach((tab) => { tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft; });
    root.querySelector("[data-errors]")?.focus();
  }
  enhance(document);
  document.addEventListener("htmx:load", (e) => { if (e.target !== document.body) enhance(e.target); });
})();

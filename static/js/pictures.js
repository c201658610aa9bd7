// The dialog "Picture…": shows how it will look, and copies it.
const FORM = "#picture-form";
const note = (words) => { document.getElementById("picture-note").textContent = words; };
const fail = (words) => { document.getElementById("dialog-problem").textContent = words; };

const address = (form, changed = {}) => {
  const wanted = new URLSearchParams({ ...Object.fromEntries(new FormData(form)), ...changed });
  return `${form.getAttribute("action")}?${wanted}`;
};

const answer = async (response) => {
  const got = await response;
  if (got.ok) return got;
  const said = new DOMParser().parseFromString(await got.text(), "text/html").querySelector("main p, p");
  throw new Error(said?.textContent || "The designer could not draw it.");
};

const show = async (form) => {
  const { format, theme, background } = Object.fromEntries(new FormData(form));
  for (const part of form.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(format);
  if (format === "png" && theme === "auto") { form.elements.theme.value = "light"; return show(form); }
  const preview = form.querySelector(".picture-preview");
  const [image, text] = [preview.querySelector("img"), preview.querySelector("pre")];
  const drawn = format !== "mmd";
  image.hidden = !drawn;
  text.hidden = drawn;
  Object.assign(preview.dataset, { background: drawn ? background : "1", theme });
  try {
    if (drawn) image.src = address(form, { format: "svg", shown: "1", r: image.dataset.revision });
    else text.textContent = await (await answer(fetch(address(form, { shown: "1" })))).text();
  } catch (error) { fail(error.message); }
};

const copy = async (write, done) => {
  fail("");
  note("");
  try { await write(); note(done); } catch (error) { fail(error.name === "NotAllowedError" ? "The browser did not allow it: use Download." : error.message); }
};

document.addEventListener("change", ({ target }) => { if (target.closest(FORM)) show(target.closest(FORM)); });
document.addEventListener("click", ({ target }) => {
  const form = document.querySelector(FORM);
  const text = target.closest("[data-copy-text]")?.dataset.copyText;
  if (text) copy(() => navigator.clipboard.writeText(text), "Copied.");
  if (target.closest("[data-copy-picture]")) {
    // The promise goes in as it is: a browser lets only the press itself write, not what comes after waiting.
    const png = answer(fetch(address(form, { format: "png", shown: "1" }))).then((got) => got.blob());
    copy(() => navigator.clipboard.write([new ClipboardItem({ "image/png": png })]), "The picture is on the clipboard.");
  }
  if (target.closest("[data-copy-mermaid]")) {
    const words = answer(fetch(address(form, { format: "mmd", shown: "1" }))).then((got) => got.blob()).then((blob) => new Blob([blob], { type: "text/plain" }));
    copy(() => navigator.clipboard.write([new ClipboardItem({ "text/plain": words })]), "The Mermaid text is on the clipboard.");
  }
});

// What took the place of the button that was pressed has the focus.
let pressed = "";
document.addEventListener("htmx:before:swap", () => { pressed = document.activeElement?.closest("#picture-links") ? document.activeElement.id : ""; });
document.addEventListener("htmx:after:swap", () => {
  if (!pressed || !document.getElementById("picture-links")) return;
  (document.getElementById(pressed) ?? document.getElementById("share-picture"))?.focus();
  pressed = "";
});

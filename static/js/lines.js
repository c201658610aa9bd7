// "Line 6" beside what is wrong with a text leads to that line of its box, and selects it.
document.addEventListener("click", (event) => {
  const { toLine, in: id } = event.target.closest?.("[data-to-line][data-in]")?.dataset ?? {};
  const box = id && document.getElementById(id);
  if (!box) return;
  const line = Number(toLine);
  const lines = box.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  box.focus();
  box.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
  box.scrollTop = Math.max(0, (line - 6) * parseFloat(getComputedStyle(box).lineHeight));
});

// The report's one button: the browser's own dialog chooses the printer and the paper.
document.querySelector("[data-print]").addEventListener("click", () => window.print());

// The report's one button: the browser's own dialog chooses the printer and the paper.
document.querySelector("[data-print]").addEventListener("click", () => window.print());

// What selects something in the designer opens the designer there; what one may try there is a number here.
for (const link of document.querySelectorAll("a[data-at]")) link.href = `../#at=${encodeURIComponent(link.dataset.at)}`;
for (const button of document.querySelectorAll("[data-go]")) button.addEventListener("click", () => location.assign(`../#at=${encodeURIComponent(button.dataset.go)}`));
for (const input of document.querySelectorAll(".timing input")) input.replaceWith(Object.assign(document.createElement("b"), { textContent: input.value }));
document.body.dataset.ready = "";

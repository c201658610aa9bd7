// The designer's script: small modules over htmx. Everything that changes a design goes through a form or `post`.
import "./dialogs.js";
import "./forms.js";
import "./search.js";

if (document.body.classList.contains("designer")) {
  await import("./canvas.js");
  await import("./select.js");
  await import("./drag.js");
  await import("./keys.js");
}

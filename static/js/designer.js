// The designer: small modules over htmx. Everything that changes a design goes through a form or `post` (state.js).
import "./dialogs.js";
import "./forms.js";
import "./rows.js";
import "./search.js";
import "./canvas.js";
import "./minimap.js";
import "./motion.js";
import "./select.js";
import "./removal.js";
import "./yaml.js";
import "./split.js";
import "./findings.js";
import "./trace.js";
import "./pan.js";
import "./drag.js";
import "./keys.js";
import "./history.js";
import "./weave.js";
import "./apply.js";

document.body.dataset.ready = "";

// The page of designs.
import "./dialogs.js";
import "./forms.js";
import "./search.js";

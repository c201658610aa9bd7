// What folds in YAML: a key with deeper lines below it, or with a list whose dashes stand under the key, and an item.
const CONTENT = /^(\s*)((?:- +)*)(?=[^\s#])/;

const standing = (line) => {
  const match = CONTENT.exec(line);
  return match && { dash: match[1].length, text: match[1].length + match[2].length, item: match[2] !== "" || /^\s*-$/.test(line) };
};

// The last row of what the line at `row` opens, or `row` itself.
const end = (session, row) => {
  const own = standing(session.getLine(row));
  if (!own || session.getLine(row).startsWith("---")) return row;
  let last = row;
  for (let next = row + 1; next < session.getLength(); next += 1) {
    const line = session.getLine(next);
    if (/^(---|\.\.\.)(\s|$)/.test(line)) break;
    const below = standing(line);
    if (!below) continue;
    const listed = !own.item && below.item && below.dash === own.dash;
    if (below.dash <= own.dash && !listed) break;
    last = next;
  }
  return last;
};

export const folding = () => {
  const { FoldMode } = window.ace.require("ace/mode/folding/fold_mode");
  const mode = new FoldMode();
  mode.getFoldWidget = (session, style, row) => (end(session, row) > row ? "start" : "");
  mode.getFoldWidgetRange = (session, style, row) => {
    const last = end(session, row);
    return last > row ? new window.ace.Range(row, session.getLine(row).length, last, session.getLine(last).length) : undefined;
  };
  return mode;
};

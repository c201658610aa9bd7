"""What libyaml complains about, told to a person: what is wrong, where, and what to do."""

from __future__ import annotations

import re

import yaml

from designer.manifests.types import ManifestError, Path


def at(text: str, message: str, offset: int, path: Path = ()) -> ManifestError:
    """The error with the line and column of an offset."""
    line, column = place(text, offset)
    return ManifestError(message, path, line, column)


def place(text: str, offset: int) -> tuple[int, int]:
    """The 1-based line and column of an offset. A line ends as an editor ends it: at LF or CRLF."""
    start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - start + 1


def translate(text: str, base: int, source: str, error: yaml.MarkedYAMLError) -> ManifestError:
    """The sentence for an error of libyaml's scanner or parser in `source`, which stands at `base` of the text."""
    problem, context = error.problem or "", error.context or ""
    mark = error.problem_mark or error.context_mark
    index = min(mark.index if mark else 0, len(source))
    opened = error.context_mark
    line_of_opening = place(text, base + opened.index)[0] if opened else 0
    message, index = _sentence(source, problem, context, index, opened.index if opened else index, line_of_opening)
    return at(text, message, base + index)


def _sentence(source: str, problem: str, context: str, index: int, opened: int, line: int) -> tuple[str, int]:
    """The message, and the place it is about: where something was opened, if it is that which is never closed."""
    tab = _tab_indentation(source, index)
    if tab is not None:
        return "a tab indents this line, and YAML takes only spaces: replace the tab with spaces", tab
    char = source[index : index + 1]
    if "quoted scalar" in context and ("end of stream" in problem or "document indicator" in problem):
        return f"the quote {source[opened]} opened here is never closed: close it, or double it inside the text", opened
    if "Unicode" in problem:
        return "this escape is half of a surrogate pair, or no character: write the character itself", index
    if "escape" in problem or "escape" in context:
        return (
            f"\\{source[index + 1 : index + 2]} is no escape in double quotes: write \\\\ for a backslash, "
            "or use single quotes, where a backslash is plain text"
        ), index
    if "flow sequence" in context or "flow mapping" in context:
        bracket = source[opened : opened + 1]
        closing = "]" if bracket == "[" else "}"
        return (
            f"the {bracket} opened here is not closed, or a comma is missing in it: write {closing} at its end",
            opened,
        )
    if "unexpected ':'" in problem:
        return "a colon inside [ ] or { } needs a space after it, or quotes around its text", index
    if "cannot start any token" in problem:
        return f"a value cannot start with {char}: put it in quotes", index
    if "mapping values are not allowed" in problem:
        return "a colon and a space cannot stand here: put the value in quotes, or check the indentation", index
    if "could not find expected ':'" in problem:
        return "this line is neither `key: value` nor a list item: put a colon and a space after the key", opened
    if "did not find expected key" in problem:
        return (
            f"this does not line up with the keys of its mapping, which starts on line {line}: check the indentation",
            index,
        )
    if "did not find expected '-' indicator" in problem:
        return (
            f"this does not line up with the list that starts on line {line}: check the indentation, or start with -",
            index,
        )
    if "block sequence entries" in problem:
        return "a list item cannot start here: put it on a line of its own, below the key", index
    if "<document start>" in problem:
        if re.match(r"\s*%", source):
            return "kubectl reads no % directives: delete the line", index
        return "the document ends before it has begun: delete the line ...", index
    if "expected node content" in problem:
        return f"a value is missing before {char}: write it, or delete the comma or the line ..." if char else (
            "a value is missing here"
        ), index
    if "alphabetic or numeric" in problem:
        sign = source[opened : opened + 1]
        return f"{sign} starts the name of an anchor or alias, and none follows: put the value in quotes", opened
    if "block scalar" in context:
        return (
            "after | or > only + or -, a digit from 1 to 9 and a comment may stand: put the text on the lines below",
            index,
        )
    if "tag" in context or "tag" in problem:
        return "a value that starts with ! is a YAML tag, and this one cannot be read: put the value in quotes", opened
    return (
        f"this is not YAML that kubectl can read ({problem}): check the indentation and the quotes",
        index,
    )


def _tab_indentation(source: str, index: int) -> int | None:
    """Where a tab stands in the indentation of the line of `index` or of the one above it; None where none does."""
    start = source.rfind("\n", 0, index) + 1
    for begin in (start, source.rfind("\n", 0, max(0, start - 1)) + 1):
        match = re.compile(r"[ -]*\t").match(source, begin)
        if match and match.end() <= max(index + 1, begin + 1):
            return match.end() - 1
    return None

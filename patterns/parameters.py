"""A preset's parameters: what they may be, and how their values are put into its documents. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, get_args

import re2

from designer.manifests import names, quantity
from designer.manifests.types import ManifestError, Path

# string is one line, text and file are many (file: a configuration, a certificate, which may come from a file). From
# container on they point at the pod or at the design it is woven onto: volumeName is a name not taken, volume one that
# the pod has or a new one.
Type = Literal[
    "string",
    "text",
    "file",
    "integer",
    "port",
    "quantity",
    "image",
    "boolean",
    "choice",
    "container",
    "containerPort",
    "freePort",
    "volume",
    "volumeName",
    "objectName",
    "containerName",
]
TYPES: tuple[str, ...] = get_args(Type)
NUMBERS = frozenset({"integer", "port", "containerPort", "freePort"})
LINES = frozenset({"text", "file"})
PORTS = frozenset({"port", "containerPort", "freePort"})
# What a default may say instead of a value, by the type it belongs to: it is looked up in the pod.
POINTERS: dict[str, str] = {"container": "application", "containerPort": "port", "freePort": "free"}
# Values that every preset has without declaring them.
BUILT_IN = ("POD_NAME", "POD_NAMESPACE", "POD_LABELS")

Values = dict[str, Any]

# As in OpenShift's Templates: ${NAME} inside a string, ${{NAME}} as the whole of one, for a value of any type. One more
# $ before either makes it the text itself, for a script that has a variable of that name.
_NAME = re.compile(r"[A-Z][A-Z0-9_]*")
_INSIDE = re.compile(r"(?<!\$)\$\{([A-Z][A-Z0-9_]*)\}")
_WHOLE = re.compile(r"(?<!\$)\$\{\{([A-Z][A-Z0-9_]*)\}\}")
_EITHER = re.compile(r"(\$?)\$\{(\{?)([A-Z][A-Z0-9_]*)\}(\}?)")
# A mapping with this key is there only if what it says holds: NAME has a value, !NAME has none, NAME=text is that (true
# and false for booleans), NAME!=text is not.
WHEN = "$when"
_CONDITION = re.compile(r"(!?)([A-Z][A-Z0-9_]*)|([A-Z][A-Z0-9_]*)(!?=)(.*)")

# What can be made for a person who has none at hand.
Made = Literal["", "password", "certificate"]
MADE: tuple[str, ...] = get_args(Made)

# An image reference: registry and path, then a tag, a digest or both (github.com/distribution/reference).
_IMAGE = re.compile(
    r"[a-zA-Z0-9][\w.-]*(:[0-9]+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:\w[\w.-]{0,127})?(@[a-z0-9+._-]+:[a-fA-F0-9]{32,})?"
)
_LONGEST_PATTERN = 200
_LONGEST_MATCH = 300


@dataclass(frozen=True)
class Parameter:
    """One parameter of a preset.

    `default` is a value of the type, or a word of POINTERS. `of` names the container parameter whose ports a
    containerPort chooses from. `advanced` ones are not asked for at first; a `secret` one is not shown or recorded.
    `make` says what can be made on the spot; with a certificate for `names` (texts that parameters are put into), its
    private key goes into the parameter `key`. `images` are defaults for an application of a certain image, by the last
    part of its name (``nginx``), in place of `default`.
    """

    name: str
    type: Type = "string"
    title: str = ""
    help: str = ""
    default: Any = None
    required: bool = False
    choices: tuple[str, ...] = ()
    min: int | None = None
    max: int | None = None
    pattern: str = ""
    of: str = ""
    advanced: bool = False
    secret: bool = False
    make: Made = ""
    key: str = ""
    names: tuple[str, ...] = ()
    images: Mapping[str, Any] = field(default_factory=dict)

    def default_for(self, image: str) -> Any:
        """The default for an application of this image (``docker.io/library/nginx:1.29``)."""
        return self.images.get(image.partition("@")[0].rpartition("/")[2].partition(":")[0], self.default)

    @property
    def label(self) -> str:
        return self.title or self.name.replace("_", " ").capitalize()


def problem(parameter: Parameter, value: Any) -> str:
    """Why `value` is none for this parameter, as a plain sentence, or "". What the pod has is not looked at here."""
    if empty(value):
        return "a value is needed" if parameter.required else ""
    if parameter.type in NUMBERS:
        return _number(parameter, value)
    if parameter.type == "boolean":
        return "" if isinstance(value, bool) else "true or false is needed"
    if not isinstance(value, str):
        return "text is needed"
    if parameter.type not in LINES and ("\n" in value or "\r" in value):
        return "one line is needed"
    if parameter.type == "choice" and value not in parameter.choices:
        return f"choose one of {', '.join(parameter.choices)}"
    if parameter.type in ("volume", "volumeName", "containerName"):
        return names.label_problem(value)
    if parameter.type == "objectName":
        return names.subdomain_problem(value)
    if parameter.type == "image" and not _IMAGE.fullmatch(value):
        return "an image such as nginx:1.28 or registry.example.com/team/app@sha256:… is needed"
    if parameter.type == "quantity":
        try:
            quantity.parse(value)
        except ValueError:
            return "a quantity such as 100m, 1.5 or 64Mi is needed"
    return _text(parameter, value)


def _number(parameter: Parameter, value: Any) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        return "a whole number is needed"
    low, high = parameter.min, parameter.max
    if parameter.type in PORTS:
        low, high = max(low or 1, 1), min(high or 65535, 65535)
    if low is not None and value < low:
        return f"at least {low} is needed"
    return f"at most {high} is allowed" if high is not None and value > high else ""


def _text(parameter: Parameter, value: str) -> str:
    if parameter.type in ("string", *LINES):
        if parameter.min is not None and len(value) < parameter.min:
            return f"at least {parameter.min} characters are needed"
        if parameter.max is not None and len(value) > parameter.max:
            return f"at most {parameter.max} characters are allowed"
    if parameter.pattern:
        if len(value) > _LONGEST_MATCH:
            return f"at most {_LONGEST_MATCH} characters are allowed"
        whole = value.encode(errors="replace").decode()  # half a surrogate pair is no text to the matcher
        if not _matcher(parameter.pattern).fullmatch(whole):
            return f"it does not match {parameter.pattern}"
    return ""


def empty(value: Any) -> bool:
    """Whether a value stands for none: nothing, blank text, or no for a question."""
    return value is None or value is False or (isinstance(value, str) and not value.strip())


def parse(parameter: Parameter, raw: Any) -> Any:
    """What a form sent for a parameter, as a value of its type. What is none stays, for `problem` to say why."""
    if not isinstance(raw, str):
        return raw
    text = raw if parameter.type in LINES else raw.strip()
    if parameter.type in LINES:
        text = text.replace("\r\n", "\n")
    elif parameter.type == "boolean":
        return {"true": True, "on": True, "yes": True, "1": True, "false": False, "": False}.get(text.lower(), text)
    elif parameter.type in NUMBERS and re.fullmatch(r"-?[0-9]{1,18}", text):
        return int(text)
    return text or None


def fill(value: Any, values: Mapping[str, Any]) -> Any:
    """`value` with the parameters' values put in, in keys too; what is not among `values` stays as it is written.

    Mappings whose ``$when`` does not hold are left out, and lists of which nothing else is left.
    """
    if isinstance(value, str):
        whole = _WHOLE.fullmatch(value)
        if whole and whole[1] in values:
            return deepcopy(values[whole[1]])
        return _EITHER.sub(lambda m: _put_in(m, values), value)
    if isinstance(value, list):
        return [fill(item, values) for item in value if not _left_out(item, values)]
    if isinstance(value, dict):
        return {
            fill(key, values): fill(inner, values)
            for key, inner in value.items()
            if key != WHEN and not _left_out(inner, values)
        }
    return value


def _put_in(match: re.Match[str], values: Mapping[str, Any]) -> str:
    escape, opened, name, closed = match.groups()
    if name not in values or (bool(opened) and not closed):
        return match[0]
    if escape:
        return match[0][1:]
    return match[0] if opened else _written(values[name]) + closed


def pieces(text: str, names: Collection[str]) -> list[tuple[str, bool]]:
    """What `fill` makes of a text with values for these names, in order: (text, False) for what stands as it is
    written, (NAME, True) for a value that is put in."""
    whole = _WHOLE.fullmatch(text)
    if whole and whole[1] in names:
        return [(whole[1], True)]
    out: list[tuple[str, bool]] = []
    at = 0
    for match in _EITHER.finditer(text):
        escape, opened, name, closed = match.groups()
        if not escape and not opened and name in names:
            out += [(text[at : match.start()], False), (name, True)]
            at = match.end() - len(closed)
    return [piece for piece in [*out, (text[at:], False)] if piece[0]]


def escaped(value: Any, names: Collection[str]) -> Any:
    """`value` as it is written in a preset with parameters of these names, so that `fill` gives it back as it is."""
    if isinstance(value, str):
        return _EITHER.sub(lambda m: f"${m[0]}" if m[3] in names and not (m[2] and not m[4]) else m[0], value)
    if isinstance(value, list):
        return [escaped(item, names) for item in value]
    if isinstance(value, dict):
        return {escaped(key, names): escaped(inner, names) for key, inner in value.items()}
    return value


def _left_out(value: Any, values: Mapping[str, Any]) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(item, dict) and _left_out(item, values) for item in value)
    return isinstance(value, dict) and WHEN in value and not _holds(str(value[WHEN]), values)


def _holds(condition: str, values: Mapping[str, Any]) -> bool:
    match = _CONDITION.fullmatch(condition)
    if match is None:
        return False
    no, name, compared, how, wanted = match.groups()
    if name:
        return empty(values.get(name)) is bool(no)
    return (_written(values.get(compared)) == wanted) is (how == "=")


def condition_names(condition: Any) -> str:
    """The parameter that a ``$when`` looks at; "" where it is none that can be read."""
    match = _CONDITION.fullmatch(condition) if isinstance(condition, str) else None
    return (match[2] or match[3]) if match else ""


def _written(value: Any) -> str:
    if value is None:
        return ""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def check_use(value: Any, declared: Mapping[str, Any], path: Path) -> None:
    """Raise ManifestError where a preset uses its parameters in a way that cannot give what it means."""
    if isinstance(value, str):
        for match in _WHOLE.finditer(value):
            if match[1] in declared and match[0] != value:
                raise ManifestError(
                    f"{match[0]} stands inside other text, where only ${{{match[1]}}} is put in: use that", path
                )
        if "POD_LABELS" in _INSIDE.findall(value):
            raise ManifestError("${POD_LABELS} is a mapping and cannot stand inside text: use ${{POD_LABELS}}", path)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            check_use(item, declared, (*path, index))
    elif isinstance(value, dict):
        if WHEN in value and condition_names(value[WHEN]) not in declared:
            raise ManifestError(
                f"$when names {value[WHEN]!r}, which is no parameter: declare it, and write NAME, !NAME or NAME=value",
                (*path, WHEN),
            )
        for key, inner in value.items():
            check_use(key, declared, (*path, key))
            check_use(inner, declared, (*path, key))


def read(data: Any, path: Path, earlier: Mapping[str, Parameter]) -> Parameter:
    """A parameter from its mapping in a preset. Raises ManifestError with `path` and what to do where it is none."""

    def refuse(message: str, key: str = "") -> ManifestError:
        return ManifestError(message, (*path, key) if key else path)

    name = data.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise refuse(f"a parameter's name is {name!r}: use capitals, digits and _, such as TLS_PORT", "name")
    if name in BUILT_IN:
        raise refuse(f"{name} is there in every preset and cannot be a parameter: call it otherwise", "name")
    if name in earlier:
        raise refuse(f"two parameters are called {name}: give one another name", "name")
    if data.get("type", "string") not in TYPES:
        raise refuse(f"{name} has the type {data['type']!r}: use one of {', '.join(TYPES)}", "type")
    for key, types, what in (
        ("title", str, "text"),
        ("help", str, "text"),
        ("required", bool, "true or false"),
        ("advanced", bool, "true or false"),
        ("secret", bool, "true or false"),
        ("min", int, "a whole number"),
        ("max", int, "a whole number"),
        ("pattern", str, "a regular expression"),
        ("of", str, "the name of a container parameter"),
        ("choices", list, "a list of texts"),
        ("make", str, f"one of {', '.join(MADE[1:])}"),
        ("key", str, "the name of a parameter"),
        ("names", list, "a list of texts"),
        ("images", dict, "a default by the name of each image"),
    ):
        if key in data and (not isinstance(data[key], types) or (types is int and isinstance(data[key], bool))):
            raise refuse(f"{key} of {name} is {data[key]!r}: {what} is needed", key)
    choices = data.get("choices", [])
    if not all(isinstance(choice, str) for choice in choices) or len(set(choices)) != len(choices):
        raise refuse(f"the choices of {name} must be texts, each once: quote numbers and true or false", "choices")
    if not all(isinstance(name, str) for name in data.get("names", [])):
        raise refuse(f"the names of {name} must be texts", "names")
    parameter = Parameter(**{**data, "choices": tuple(choices), "names": tuple(data.get("names", ()))})
    if bool(choices) is not (parameter.type == "choice"):
        raise refuse(f"{name} is a {parameter.type} and choices belong to a choice: mend one of them", "choices")
    if parameter.of and (
        parameter.type != "containerPort" or getattr(earlier.get(parameter.of), "type", "") != "container"
    ):
        raise refuse(f"{name} takes the ports of {parameter.of!r}: name a container parameter above it", "of")
    if parameter.make not in MADE:
        raise refuse(f"make of {name} is {parameter.make!r}: use one of {', '.join(MADE[1:])}", "make")
    if (parameter.make == "certificate") is not bool(parameter.key) or (parameter.names and not parameter.key):
        raise refuse(f"{name}: key and names belong to make: certificate, which needs a key", "key")
    _check_pattern(parameter, path)
    _check_default(parameter, parameter.default, (*path, "default"), earlier)
    for image, default in parameter.images.items():
        if not isinstance(image, str) or not re.fullmatch(r"[a-z0-9._-]+", image):
            raise refuse(f"images of {name} has {image!r}: use the last part of an image's name, as nginx", "images")
        _check_default(parameter, default, (*path, "images", image), earlier)
    return parameter


def _check_pattern(parameter: Parameter, path: Path) -> None:
    if not parameter.pattern:
        return
    where = (*path, "pattern")
    if len(parameter.pattern) > _LONGEST_PATTERN:
        most = f"at most {_LONGEST_PATTERN} characters are allowed"
        raise ManifestError(f"the pattern of {parameter.name} is too long: {most}", where)
    try:
        _matcher(parameter.pattern)
    except (re2.error, UnicodeEncodeError) as error:
        said = error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else str(error)
        wrong = f"the pattern of {parameter.name} is no regular expression (RE2 syntax): {said}"
        raise ManifestError(wrong, where) from None


@lru_cache(maxsize=256)
def _matcher(pattern: str) -> Any:
    """What matches a pattern in time that grows with the text alone (https://github.com/google/re2/wiki/WhyRE2): a
    preset may come from a stranger, and Python's own matcher can take longer than anybody waits."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    return re2.compile(pattern, options)


def _check_default(parameter: Parameter, written: Any, path: Path, earlier: Mapping[str, Any]) -> None:
    default = written
    if default is None or (isinstance(default, str) and default == POINTERS.get(parameter.type)):
        return
    if isinstance(default, str):
        # A default may be made of the pod's name or of a parameter above it; what they will be is not known here.
        known = (*earlier, "POD_NAME", "POD_NAMESPACE")
        default = _INSIDE.sub(lambda m: "x" if m[1] in known else m[0], default)
    wrong = problem(parameter, default)
    if wrong and not (default == "" and parameter.required):
        raise ManifestError(f"the default of {parameter.name} ({parameter.type}) is {written!r}: {wrong}", path)

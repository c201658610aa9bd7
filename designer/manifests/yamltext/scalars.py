"""From a scalar's text to its value, as kubectl reads it.

kubectl reads YAML with sigs.k8s.io/yaml: go-yaml v2 resolves each scalar by YAML 1.1's rules (yes/no/on/off and y/n are
booleans; 010, 0o10, 0x8, 0b1000 and 1_000 are integers; no sexagesimal numbers; what looks like a time stays a string),
then the value goes through JSON (1.0 becomes 1, an integer beyond 64 bits becomes a float, .inf and .nan are refused).
"""

from __future__ import annotations

import base64
import binascii
import math
import re
import struct
from decimal import Decimal

Scalar = str | int | float | bool | None

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"], True),
    **dict.fromkeys(["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"], False),
    **dict.fromkeys(["", "~", "null", "Null", "NULL"], None),
    **dict.fromkeys([".nan", ".NaN", ".NAN"], math.nan),
    **dict.fromkeys([".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"], math.inf),
    **dict.fromkeys(["-.inf", "-.Inf", "-.INF"], -math.inf),
}
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_INTEGER = re.compile(
    r"([-+]?)(?:0[xX](?P<x>[0-9a-fA-F]+)|0[bB](?P<b>[01]+)|0[oO](?P<o>[0-7]+)|0(?P<c>[0-7]+)|(?P<d>0|[1-9][0-9]*))"
)
# go-yaml reads what follows "0b" once more, with a sign of its own.
_SIGNED_BINARY = re.compile(r"0b([-+][01]+)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_DOT_FLOAT = re.compile(r"\.[0-9](?:_?[0-9])*(?:[eE][-+]?[0-9](?:_?[0-9])*)?")
_BASES = {"x": 16, "b": 2, "o": 8, "c": 8, "d": 10}
_NUMBER_START = frozenset("0123456789+-")
_CORE_TAG = "tag:yaml.org,2002:"
# go-yaml keeps the text as it stands under any other tag, a private one like !Ref included.
_RESOLVED_TAGS = frozenset(_CORE_TAG + name for name in ("str", "bool", "int", "float", "null", "timestamp"))
_BINARY_TAG = _CORE_TAG + "binary"
INT64_MIN, INT64_MAX, _UINT64_MAX = -(2**63), 2**63 - 1, 2**64 - 1


class ScalarError(ValueError):
    """A scalar that kubectl cannot read; the message is a clause that says why."""


def plain(text: str) -> Scalar:
    """The value of a plain (unquoted, untagged) scalar, before JSON: 1.0 is a float, .inf is one too."""
    first = text[:1]
    # Most of a manifest is words: they can only be in the table, which holds none longer than five letters.
    if first not in _NUMBER_START and first != ".":
        return _WORDS.get(text, text) if len(text) < 6 else text
    if text in _WORDS:
        return _WORDS[text]
    if first == ".":
        return _float(text, text.replace("_", "")) if _DOT_FLOAT.fullmatch(text) else text
    digits = text.replace("_", "")
    if _DECIMAL.fullmatch(digits) and len(digits) < 19:
        return int(digits)
    if match := _INTEGER.fullmatch(digits):
        value = int(match[1] + (match[match.lastgroup or "d"]), _BASES[match.lastgroup or "d"])
        if INT64_MIN <= value <= INT64_MAX or (not match[1] and value <= _UINT64_MAX):
            return value
    if _FLOAT.fullmatch(digits):
        return _float(text, digits)
    if match := _SIGNED_BINARY.fullmatch(digits):
        value = int(match[1], 2)
        return value if INT64_MIN <= value <= INT64_MAX else text
    return text


def _float(text: str, digits: str) -> Scalar:
    # A float too large for 64 bits is no float to go-yaml: it stays a string.
    value = float(digits)
    return text if math.isinf(value) else value


def tagged(tag: str, text: str) -> Scalar:
    """The value of a scalar with an explicit tag ("tag:yaml.org,2002:int", "!Ref"). Raises ScalarError."""
    if tag == _BINARY_TAG:
        try:
            data = base64.b64decode(re.sub(r"[\r\n]", "", text), validate=True)
        except (binascii.Error, ValueError):
            raise ScalarError("is not valid base64, which the tag !!binary asks for") from None
        return data.decode("utf-8", "replace")
    if tag not in _RESOLVED_TAGS or tag == _CORE_TAG + "str":
        return text
    value, wanted = plain(text), tag.removeprefix(_CORE_TAG)
    kind = {type(None): "null", bool: "bool", int: "int", float: "float"}.get(type(value), "str")
    if kind == wanted:
        return value
    if wanted == "float" and kind == "int" and isinstance(value, int) and INT64_MIN <= value <= INT64_MAX:
        return float(value)
    if wanted == "timestamp" and _timestamp(text):
        return text
    raise ScalarError(f"cannot be read as the tag !!{wanted} asks")


def _timestamp(text: str) -> bool:
    """Whether go-yaml takes a text for a time; it matters only under the tag !!timestamp."""
    day = r"[0-9]{4}-(?:1[0-2]|0?[1-9])-(?:3[01]|[12][0-9]|0?[1-9])"
    time = r"[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]+)?"
    return bool(re.fullmatch(rf"{day}(?:[Tt]{time}(?:Z|[-+][0-9]{{2}}:[0-9]{{2}})| {time})?", text))


def json_value(value: Scalar) -> Scalar:
    """The value after the passage through JSON. Raises ScalarError for .inf and .nan, which JSON cannot say."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ScalarError("is not a finite number, and JSON, which Kubernetes speaks, has none other")
        # JSON writes a whole number without a point: its shortest digits, then zeros. What then fits 64 bits is an int.
        if value.is_integer() and INT64_MIN <= (whole := int(Decimal(repr(value)))) <= INT64_MAX:
            return whole
        return value
    if isinstance(value, int) and not isinstance(value, bool) and not INT64_MIN <= value <= INT64_MAX:
        return float(value)
    return value


def key_string(value: Scalar) -> str:
    """A key as a string, the way sigs.k8s.io/yaml makes one of a number or boolean. Raises ScalarError for null."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        raise ScalarError('is empty or null, which cannot be a key: write "null" in quotes if you mean the word')
    if isinstance(value, int):
        if value > INT64_MAX:
            raise ScalarError("is too large a number for a key: put it in quotes")
        return str(value)
    return _go_float32(value)


def _go_float32(value: float) -> str:
    """Go's strconv.FormatFloat(value, 'g', -1, 32): the shortest digits that give the same 32-bit float."""
    if math.isnan(value):
        return ".nan"
    single = _to_single(value)
    if math.isinf(single):
        return ".inf" if single > 0 else "-.inf"
    for digits in range(1, 10):
        short = f"{single:.{digits - 1}e}"
        if _to_single(float(short)) == single:
            break
    mantissa, _, exponent = short.partition("e")
    power = int(exponent)
    if power < -4 or power >= 6:
        return f"{mantissa}e{'-' if power < 0 else '+'}{abs(power):02d}"
    return f"{float(short):.{max(0, digits - 1 - power)}f}"


def _to_single(value: float) -> float:
    try:
        single: float = struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)
    return single

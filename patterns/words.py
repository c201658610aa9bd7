"""The preset format's own fields and values in words, as an editor offers and explains them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from patterns.preset import API_VERSION, KIND


@dataclass(frozen=True)
class Word:
    """A field of the format: its type in a word, what it is for, and whether its value goes on below it."""

    name: str
    detail: str
    words: str
    shape: Literal["", "list", "map"] = ""


FIELDS = (
    Word("apiVersion", "string · required", f"Always {API_VERSION}."),
    Word("kind", "string · required", f"Always {KIND}."),
    Word("metadata", "required", "What the preset is: its name, its pattern, and the words of its page.", "map"),
    Word("parameters", "list", "What is asked for when it is woven, and put in as ${NAME} or ${{NAME}}.", "list"),
    Word("pod", "required", "A strategic merge patch onto the pod template: metadata and spec.", "map"),
    Word("objects", "list", "Objects that come along: Services, ConfigMaps, Secrets …", "list"),
    Word("example", "list", "What it is tried on, and what a new design starts with. It has a pod.", "list"),
)

METADATA = (
    Word("name", "string · required", "What it is known by: small letters, digits and dashes, at most 63."),
    Word("title", "string", "The few words that lists show."),
    Word("pattern", "choice · required", "The role that the container plays which it adds."),
    Word("version", "integer", "From 1. Raised with every change of what is woven, so that pods can be upgraded."),
    Word("summary", "string", "What it is good for, in a line."),
    Word("when", "string", "When somebody should use it."),
    Word("whenNot", "string", "When not, and what to use instead."),
    Word("source", "string", "Where it comes from: a text or a URL."),
    Word("links", "list", "Pages to read, each starting with https://.", "list"),
    Word("steps", "list", "What a person does before or after, a sentence each.", "list"),
    Word("proof", "string", "How far it is proven that it does what it says."),
    Word("tags", "list", "Words it is found by.", "list"),
    Word("deprecated", "string", "Why it is not to be woven any more: those whose pods wear it are told."),
    Word("successor", "string", "The name of the preset to use instead: of the same space, or the catalogue's."),
)

PARAMETER = (
    Word("name", "string · required", "Capitals, digits and _: put in as ${NAME}, or ${{NAME}} for a whole value."),
    Word("type", "choice", "What may be typed, and how it is asked for; string where nothing is said."),
    Word("title", "string", "What the form says; the name, where nothing is said."),
    Word("help", "string", "A sentence under the field."),
    Word("default", "any value", "Of the type. What points at the pod is looked up there: application, port, free."),
    Word("required", "boolean", "Whether it needs a value."),
    Word("choices", "list", "The texts that a choice is made of.", "list"),
    Word("min", "integer", "The least number, or the fewest characters."),
    Word("max", "integer", "The greatest number, or the most characters."),
    Word("pattern", "string", "A regular expression that the whole text matches; no group in it is repeated."),
    Word("of", "parameter", "The container parameter above, among whose ports a containerPort chooses."),
    Word("advanced", "boolean", "It is not asked for at first."),
    Word("secret", "boolean", "It is not shown, and never recorded."),
    Word("make", "choice", "What can be made on the spot: a password, or a certificate for testing."),
    Word("key", "parameter", "The parameter that takes the certificate's private key."),
    Word("names", "list", "The host names that the certificate is for.", "list"),
    Word("images", "mapping", "Defaults for an application of a certain image: nginx: /var/log/nginx.", "map"),
)

_YES = (("true", ""), ("false", ""))

# What a field may say, with what it means.
VALUES: dict[str, tuple[tuple[str, str], ...]] = {
    "apiVersion": ((API_VERSION, ""),),
    "kind": ((KIND, ""),),
    "pattern": (
        ("sidecar", "It works beside the application and helps it, for as long as it runs."),
        ("ambassador", "It stands between the application and the network."),
        ("adapter", "It makes what the application says fit what others expect to hear."),
        ("init", "It does its work before the application starts."),
        ("application", "What patterns are put on: a preset of it starts a design."),
    ),
    "type": (
        ("string", "One line of text."),
        ("text", "Many lines of text."),
        ("file", "Many lines of text, which may come from the person's disk."),
        ("integer", "A whole number."),
        ("port", "A number from 1 to 65535."),
        ("quantity", "An amount such as 100m, 1.5 or 64Mi."),
        ("image", "An image with its tag or digest."),
        ("boolean", "Yes or no."),
        ("choice", "One of choices."),
        ("container", "A container of the pod; default: application is the one that does its work."),
        ("containerPort", "A port of the container that `of` names; default: port is its first TCP port."),
        ("freePort", "A port that no container of the pod has; default: free, or a number that gives way."),
        ("volume", "A volume that the pod has, which is used as it is, or else a new one."),
        ("volumeName", "The name of a new volume: one that is not taken."),
        ("objectName", "The name of an object that comes along: one that is not taken."),
        ("containerName", "The name of a new container: one that is not taken."),
    ),
    "make": (
        ("password", "A random password."),
        ("certificate", "A self-signed certificate for testing, for `names`; its private key goes into `key`."),
    ),
    "required": _YES,
    "advanced": _YES,
    "secret": _YES,
}

"""Who of a pod does its work, and which role each of the others plays: the signs are gathered and weighed here."""

from __future__ import annotations

import re

from patterns.detect.behaviour import BESIDE, OWN, serves_code
from patterns.detect.facts import Facts, Member
from patterns.detect.programs import SCREENS, SELF, WORK, by_program, last_word, repository, words
from patterns.detect.role import HELPS, SAYS, Role, RoleName, Sign

_PATTERNS: tuple[RoleName, ...] = ("ambassador", "adapter")
# csv2prom, modbus2mqtt, ftp-to-http
_FORMS = re.compile(r"\b[a-z]{3,}2[a-z]{3,}\b|(?:^|\b[a-z]+-)to-[a-z][a-z0-9]+$")
Signs = dict[str, list[Sign]]
# The weight of what leaves no question: the only container, and the one that an annotation names.
_ALONE = 100


def weigh(facts: Facts) -> dict[str, Role]:
    """The role of each container that runs all the time, by address."""
    signs: Signs = {member.address: _own(facts, member) for member in facts.members}
    # What a container does counts where it does it to one that looks like the application by itself.
    first = _applications(facts, signs)
    facts.assume(first)
    likely = [m for m in facts.members if m.address in first]
    beside: Signs = {}
    for member in facts.members:
        others = [other for other in likely if other is not member]
        rules = () if member in likely and _settled(facts, member) else BESIDE
        beside[member.address] = [sign for rule in rules for sign in rule(facts, member, others)]
    for address, found in beside.items():
        signs[address] += found
    _left_over(facts, signs)
    chosen = _applications(facts, signs)
    return {
        address: Role("application", [chosen[address].evidence], confidence=_work(facts, address, chosen, signs))
        if address in chosen
        else _best(signs[address], _pull(facts, facts.at[address]))
        for address in signs
    }


def _own(facts: Facts, member: Member) -> list[Sign]:
    """The signs that a container gives by itself: its name, its image, and what it does."""
    said = words(member.name)
    found = [Sign(role, 2 * SAYS, f"Its name says {role}.") for role in _PATTERNS if role in said]
    found += [
        Sign(role, SAYS, f"Its image, {repository(member.image)}, says {role}.")
        for role in _PATTERNS
        if role in words(repository(member.image)) and role not in said
    ]
    form = _FORMS.search(member.name) or _FORMS.search(repository(member.image))
    if form:
        found.append(Sign("adapter", SAYS, f"Its name says that it turns one form into another ({form[0]})."))
    if said & {"ssl", "tls", "https"} and any(word.startswith(("terminat", "offload")) for word in said):
        found.append(Sign("sidecar", 2 * SAYS, "Its name says that it terminates TLS for the container behind it."))
    if member.container.kind == "sidecar":
        found.append(Sign("sidecar", 1, "It is a native sidecar: an init container with restartPolicy Always."))
    found += by_program(member.name, member.image)
    return found + [sign for rule in OWN for sign in rule(facts, member)]


def _applications(facts: Facts, signs: Signs) -> dict[str, Sign]:
    """The containers that do the pod's work, by address, each with the reason. Native sidecars never do."""
    main = [member for member in facts.members if member.container.kind == "app"]
    if len(main) == 1:
        return {main[0].address: _works(_ALONE, "It is the only container that runs all the time.")}
    chosen = {}
    for member in main:
        reason = _reason(facts, member, _weight(signs[member.address]))
        if reason:
            chosen[member.address] = reason
    if not chosen and main:
        client = _client(facts, main, signs)
        if client:
            return {client.address: _works(HELPS, "It calls the others, and nobody in the pod calls it.")}
        after = [m for m in main if facts.partly_named(m)]
        if len(after) == 1:
            return {after[0].address: _works(SAYS, f"Its {facts.pod.kind} is named after it.")}
        least = min(main, key=lambda m: _weight(signs[m.address]))
        chosen[least.address] = _works(1, "The others help a container, and this one does so least.")
    return chosen


def _works(weight: int, evidence: str) -> Sign:
    return Sign("application", weight, evidence)


def _reason(facts: Facts, member: Member, weight: int) -> Sign | None:
    """Why a container that signs of `weight` call a helper is the application all the same; None where it is not."""
    if facts.is_default(member):
        return _works(_ALONE, "The annotation kubectl.kubernetes.io/default-container names it.")
    if words(member.name) & SELF and weight < (2 * SAYS if last_word(member.name) in SELF - {"main"} else SAYS):
        return _works(2 * SAYS, "Its name says that it is the application.")
    if facts.named(member) and weight < 2 * SAYS:
        return _works(2 * SAYS, f"It has the name of its {facts.pod.kind}.")
    if facts.partly_named(member) and weight < HELPS + 2:
        return _works(SAYS, f"Its {facts.pod.kind} is named after it.")
    helper = facts.derived(member)
    if helper and not any(_settled(facts, other) for other in facts.members) and weight < SAYS:
        return _works(SAYS, f"{helper.called} is named after it.")
    return _works(0, "Nothing says that it helps another container.") if weight < HELPS else None


def _client(facts: Facts, main: list[Member], signs: Signs) -> Member | None:
    """Of containers that all pass requests on, the one at which they begin: a proxy may be what a proxy serves."""
    if any(_best(signs[member.address], 0).role != "ambassador" for member in main):
        return None
    return next((m for m in main if m.address in facts.calls and m.address not in facts.called), None)


def _settled(facts: Facts, member: Member) -> bool:
    """Whether it is the application whatever it does with others: the pod says so."""
    return facts.is_default(member) or facts.named(member) or bool(words(member.name) & SELF)


def _left_over(facts: Facts, signs: Signs) -> None:
    """Where the pod says whose it is, a container of which nothing is known and that works with that one helps it."""
    owner = facts.owner
    if owner is None:
        return
    marked = facts.is_default(owner)
    shared = {mount.volume for mount in owner.mounts if facts.shared(mount.volume)}
    for member in facts.members:
        address = member.address
        # A screen with the owner's name before it is the owner's.
        works = WORK - SCREENS if member.name.startswith(f"{owner.name}-") else WORK
        if member is owner or _weight(signs[address]) >= HELPS or words(member.name) & works:
            continue
        called = next((call for callee, call in facts.calls.get(address, ()) if callee == owner.address), None)
        volume = next((mount.volume for mount in member.mounts if mount.volume in shared), "")
        if serves_code(member, owner):
            continue
        if marked:
            signs[address].append(Sign("sidecar", HELPS, f"kubectl's default container is {owner.called}, beside it."))
        elif volume:
            what = f"It shares volume {volume} with {owner.called}, which the {facts.pod.kind} is named after."
            signs[address].append(Sign("sidecar", HELPS, what))
        elif called and member.ports:
            port = member.ports[0].number or member.ports[0].name
            if words(member.name) & SCREENS:
                what = f"It calls {owner.called} on localhost:{called.port} and shows what it has on {port}."
                signs[address].append(Sign("sidecar", HELPS, what))
                continue
            what = f"It calls {owner.called} on localhost:{called.port} and answers on {port}, so in another form."
            signs[address].append(Sign("adapter", HELPS, what))
        elif facts.named(owner) and not facts.partly_named(member):
            what = f"The {facts.pod.kind} is named after {owner.called}, and nothing says that it does that work too."
            # That it helps is said, and not how: the least of an ambassador or an adapter speaks against it.
            signs[address] += [Sign("sidecar", HELPS, what), Sign("ambassador", 1, "")]


def _weight(signs: list[Sign]) -> int:
    return max(_sums(signs).values(), default=0)


def _sums(signs: list[Sign]) -> dict[RoleName, int]:
    weights: dict[RoleName, int] = {}
    for sign in signs:
        weights[sign.role] = weights.get(sign.role, 0) + sign.weight
    return weights


def _best(signs: list[Sign], pull: int) -> Role:
    """The role that most speaks for, of a container that `pull` calls the application."""
    weights = _sums(signs)
    if not weights:
        why = "Another container is the application, and nothing says what this one does."
        return Role("sidecar", [why], confidence=_share(0, pull))
    role = max(weights, key=lambda name: weights[name])
    mine = sorted((sign for sign in signs if sign.role == role), key=lambda sign: -sign.weight)
    next_best = max([pull, *(weight for name, weight in weights.items() if name != role)])
    why_so = [sign.evidence for sign in mine if sign.evidence]
    return Role(role, why_so, confidence=_share(weights[role], next_best))


def _work(facts: Facts, address: str, chosen: dict[str, Sign], signs: Signs) -> float:
    """How sure it is that the container at `address`, one of the `chosen`, is an application."""
    mine = chosen[address].weight
    if not mine:
        # Nothing speaks for it by itself: somebody does the work, so that the others are helpers speaks for it.
        others = [_weight(found) for other, found in signs.items() if other != address]
        mine = min([2 * SAYS, *others])
    return _share(mine, _weight(signs[address]))


def _pull(facts: Facts, member: Member) -> int:
    """What speaks for a helper being the application after all."""
    if words(member.name) & (SELF | WORK) or facts.named(member):
        return SAYS
    return HELPS if facts.partly_named(member) or facts.derived(member) else 0


def _share(mine: int, other: int) -> float:
    """The share of what speaks for a role of all that speaks for it or for the next one, from 0 to 1: a half where
    both weigh the same. One point on either side is for what nobody sees, so that nothing guessed is 1."""
    return round((mine + 1) / (mine + other + 2), 2)

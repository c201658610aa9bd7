"""When a CronJob starts a Job, in words: its schedule, what becomes of a late start, and of two at once."""

from __future__ import annotations

import re
from typing import Any

from designer.manifests import startup_rules as rules
from designer.manifests.startup_rules import Rule
from designer.manifests.startup_times import seconds

_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# The names that cron knows (CronJob, Schedule syntax).
_NAMED = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_CONCURRENCY = {
    "Allow": "Jobs may run side by side",
    "Forbid": "skipped while the last Job runs",
    "Replace": "the last Job is replaced",
}
_STEP = re.compile(r"\*/([1-9]\d?)", re.ASCII)
_NUMBER = re.compile(r"\d{1,2}", re.ASCII)


def schedule_words(schedule: str) -> str:
    """A cron expression as people say it: "every 15 minutes", "at 02:30 every day", "at 02:30 on Monday to Friday".

    What has no short words stays as it is written: ``schedule 0 4 8-14 * 6``.
    """
    parts = _NAMED.get(schedule.strip().lower(), schedule).split()
    if len(parts) != 5:
        return f"schedule {schedule.strip() or 'not set'}"
    minute, hour, day, month, week = parts
    often = _often(minute, hour)
    on = _on(day, month, week)
    if not often or on is None:
        return f"schedule {schedule.strip()}"
    if often.startswith("at "):
        return f"{often} {on or 'every day'}"
    return f"{often}, {on}" if on else often


def _often(minute: str, hour: str) -> str:
    step = _STEP.fullmatch(minute)
    if minute == "*" and hour == "*":
        return "every minute"
    if step and hour == "*":
        # Cron begins anew with each hour: only what divides it is a steady step.
        return f"every {_count(step[1], 'minute')}" if 60 % int(step[1]) == 0 else ""
    at = _between(minute, 59)
    if at is None:
        return ""
    step = _STEP.fullmatch(hour)
    if hour == "*" or step:
        every = "every hour" if not step or step[1] == "1" else f"every {step[1]} hours"
        if step and 24 % int(step[1]):
            return ""
        return f"{every}, at minute {at}" if at else every
    hours = [_between(part, 23) for part in hour.split(",")]
    if None in hours:
        return ""
    times = [f"{one:02}:{at:02}" for one in hours]
    return f"at {times[0]}" if len(times) == 1 else f"at {', '.join(times[:-1])} and {times[-1]}"


def _on(day: str, month: str, week: str) -> str | None:
    """The days, "" for every day, None where there are no short words."""
    if month not in ("*", "?"):
        known = _MONTHS.index(month.lower()) + 1 if month.lower() in _MONTHS else _between(month, 12)
        number = _between(day, 31)
        if not known or not number or week not in ("*", "?"):
            return None
        return f"on {number} {_MONTHS[known - 1].capitalize()}"
    if week in ("*", "?"):
        if day in ("*", "?"):
            return ""
        number = _between(day, 31)
        return f"on day {number} of each month" if number else None
    if day not in ("*", "?"):
        return None
    names = [_weekday(part) for part in re.split(r"[-,]", week)]
    if not all(names) or ("-" in week and (len(names) != 2 or "," in week)):
        return None
    if "-" in week:
        return f"on {names[0]} to {names[1]}"
    return f"on {', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else f"on {names[0]}"


def _weekday(word: str) -> str:
    number = _between(word, 7)
    if number is not None:
        return _DAYS[number % 7]
    return next((day for day in _DAYS if day[:3].lower() == word.lower()), "")


def _between(word: str, most: int) -> int | None:
    return int(word) if _NUMBER.fullmatch(word) and int(word) <= most else None


def _count(number: str, unit: str) -> str:
    return unit if number == "1" else f"{number} {unit}s"


def cron_notes(spec: Any) -> list[tuple[str, Rule]]:
    """What a CronJob's spec says of when its Jobs start, as short words with their rule."""
    if not isinstance(spec, dict):
        return []
    schedule, zone = spec.get("schedule"), spec.get("timeZone")
    words = schedule_words(schedule) if isinstance(schedule, str) else "schedule not set"
    found = [(f"{words}, {zone}" if isinstance(zone, str) and zone else words, rules.SCHEDULE)]
    if spec.get("suspend") is True:
        found.append(("suspended", rules.SUSPENDED))
    policy = spec.get("concurrencyPolicy")
    policy = policy if isinstance(policy, str) and policy in rules.CONCURRENCY else "Allow"
    found.append((f"concurrencyPolicy {policy}: {_CONCURRENCY[policy]}", rules.CONCURRENCY[policy]))
    late = spec.get("startingDeadlineSeconds")
    if isinstance(late, int) and not isinstance(late, bool) and late >= 0:
        found.append((f"not started more than {seconds(late)} late", rules.STARTING_DEADLINE))
    return found

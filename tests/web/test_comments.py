"""What people say of a preset: who may say and delete it, how it reads, and what becomes of it when they leave."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from designer.teams.audit import Entry
from designer.web.prose import prose
from patterns.models import Comment, Preset
from patterns.preset import read
from tests.people import owner
from tests.web.crew import Crew
from tests.web.test_updates import publish, text, words


def say(client: Client, row: Preset, what: str, status: int = 200) -> str:
    answer = client.post(reverse("preset-comments", args=[row.ref]), {"text": what})
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def heard(html: str) -> list[str]:
    """The comments of a page or fragment, in its order."""
    return [words(part) for part in re.findall(r'<li id="comment-\d+">(.*?)</li>', html, re.DOTALL)]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("one\ntwo\n\n\nthree", "<p>one<br>two</p><p>three</p>"),
        ("<script>alert(1)</script> & 'x'", "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#x27;x&#x27;</p>"),
        (
            "see https://example.org/a?b=1&c=2.",
            '<p>see <a href="https://example.org/a?b=1&amp;c=2" rel="noreferrer nofollow ugc" target="_blank">'
            "https://example.org/a?b=1&amp;c=2</a>.</p>",
        ),
        (
            "(https://example.org/a_(b))",
            '<p>(<a href="https://example.org/a_(b)" rel="noreferrer nofollow ugc" target="_blank">'
            "https://example.org/a_(b)</a>)</p>",
        ),
        ("javascript:alert(1) http://example.org https://", "<p>javascript:alert(1) http://example.org https://</p>"),
        ('https://"onclick=alert(1)', "<p>https://&quot;onclick=alert(1)</p>"),
        (
            'https://a.b/"><img src=x>',
            '<p><a href="https://a.b/" rel="noreferrer nofollow ugc" target="_blank">https://a.b/</a>'
            "&quot;&gt;&lt;img src=x&gt;</p>",
        ),
        ("  \n\n ", ""),
    ],
)
def test_what_is_written_reads_as_text_with_links_that_are_safe(written: str, shown: str) -> None:
    assert prose(written) == shown


def test_whoever_sees_a_preset_says_something_and_it_stands_newest_last(crew: Crew) -> None:
    row = publish(crew, "port", "helper:1", team=crew.team)
    say(crew.client("viewer"), row, "Does it need TLS?\r\n\r\nAsking for a friend.")
    publish(crew, "port", "helper:2", team=crew.team)
    row.refresh_from_db()
    answer = say(crew.client("editor"), row, "It does: <b>yes</b>.")
    assert heard(answer) == [
        "Vi Ewer just now about v1 Does it need TLS? Asking for a friend.",
        "You just now Delete It does: <b>yes</b>.",
    ]
    assert heard(crew.client("owner").get(reverse("preset", args=[row.ref])).content.decode()) == [
        "Vi Ewer just now about v1 Delete Does it need TLS? Asking for a friend.",
        "Bob Kahn just now Delete It does: <b>yes</b>.",
    ]
    say(crew.client("stranger"), row, "Me too", 404)
    Preset.objects.filter(pk=row.pk).update(everyone=True)
    say(crew.client("stranger"), row, "Me too")
    assert "nothing is written" in say(crew.client("viewer"), row, " \n ", 422)
    assert "at most 2000" in say(crew.client("viewer"), row, "x" * 2001, 422)
    say(crew.client("viewer"), row, "x" * 2000)
    assert Comment.objects.count() == 4


def test_who_wrote_it_deletes_it_and_owners_of_the_space_in_the_log(crew: Crew) -> None:
    row = publish(crew, "port", "helper:1", team=crew.team)
    for who in ("viewer", "editor"):
        say(crew.client(who), row, f"by {who}")
    first, second = Comment.objects.order_by("id")

    def delete(who: str, one: Comment) -> int:
        return crew.client(who).post(reverse("delete-comment", args=[row.ref, one.pk])).status_code

    assert delete("viewer", second) == 403
    assert delete("stranger", first) == 404
    other = publish(crew, "other", "helper:1", team=crew.team)
    assert crew.client("owner").post(reverse("delete-comment", args=[other.ref, first.pk])).status_code == 404
    assert delete("editor", second) == 200
    assert not Entry.objects.filter(what="comment-deleted").exists()
    assert delete("owner", first) == 200
    assert Entry.objects.get(what="comment-deleted").sentence == (
        "deleted a comment that viewer wrote on the preset The port"
    )
    assert not Comment.objects.exists()


def test_a_person_says_so_much_an_hour_and_no_more(crew: Crew) -> None:
    row = publish(crew, "port", "helper:1", team=crew.team)
    viewer = crew.people["viewer"]
    for n in range(Comment.AN_HOUR):
        row.comments.create(by=viewer, text=f"{n}", version=1)
    assert "20 comments within an hour" in say(crew.client("viewer"), row, "one more", 422)
    say(crew.client("editor"), row, "others may")
    Comment.objects.filter(by=viewer).update(at=timezone.now() - timedelta(hours=1, minutes=1))
    say(crew.client("viewer"), row, "an hour later")


def test_a_long_list_is_read_back_a_page_at_a_time(crew: Crew) -> None:
    row = publish(crew, "port", "helper:1", team=crew.team)
    for n in range(45):
        row.comments.create(by=crew.people["editor"], text=f"number {n}", version=1)
    viewer, url = crew.client("viewer"), reverse("preset-comments", args=[row.ref])
    answer, found = viewer.get(reverse("preset", args=[row.ref])).content.decode(), list[str]()
    for _ in range(4):
        found = [one.rpartition("number ")[2] for one in heard(answer)] + found
        earlier = re.search(r"\?before=(\d+)", answer)
        if not earlier:
            break
        answer = viewer.get(url, {"before": earlier[1]}).content.decode()
    assert found == [str(n) for n in range(45)]


def test_what_somebody_said_stays_when_they_leave_or_are_erased(crew: Crew) -> None:
    row = publish(crew, "port", "helper:1", team=crew.team)
    say(crew.client("viewer"), row, "still true")
    viewer = crew.people["viewer"]
    viewer.is_active = False
    viewer.save()
    page = reverse("preset", args=[row.ref])
    assert heard(crew.client("editor").get(page).content.decode()) == ["Somebody just now still true"]
    viewer.delete()
    assert heard(crew.client("editor").get(page).content.decode()) == ["Somebody just now still true"]
    row.delete()
    assert not Comment.objects.exists()


@pytest.mark.django_db
def test_in_local_mode_there_is_nobody_to_talk_to(client: Client) -> None:
    row = Preset.keep(owner(), read(text("port")), text("port"), by=owner())
    assert client.post(reverse("preset-comments", args=[row.ref]), {"text": "hello"}).status_code == 404
    assert "Your comment" not in client.get(reverse("preset", args=[row.ref])).content.decode()

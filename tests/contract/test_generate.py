"""Generated desks: the same from the same seed, of any size, and like work."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import count, islice
from pathlib import Path

import pytest

from desktop_desk import bootstrap
from desktop_desk.desk.ports import Draft
from desktop_desk.desk.views import CallDraft
from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.numbers import format_number, read_number
from desktop_desk.domain.phones import read_phone
from desktop_desk.exchange.generate import Tickets, callers_for
from desktop_desk.exchange.generate_office import UNTIL, Cast, SeededIds, callers, office
from desktop_desk.exchange.vocabulary import all_forms, phone_number

ENTRIES = {"noted", "replied", "messaged", "called"}
TICKETS = 3000


def numbers() -> Iterator[str]:
    return (format_number(counter) for counter in count(1001))


def told(seed: int, tickets: int) -> Iterator[tuple[tuple[Draft, ...], ...]]:
    ids = SeededIds(seed)
    statuses = (ids.entity(), ids.entity(), ids.entity(), ids.entity())
    standing = Cast((ids.entity(),), (ids.entity(),), (), (), statuses, ids.entity())
    made = office(ids, seed, standing)
    people = tuple(caller for caller, _drafts in callers(ids, seed, callers_for(tickets)))
    return Tickets(ids, seed, replace(made.cast, callers=people)).acts(tickets, numbers())


@pytest.fixture(scope="module")
def tickets() -> list[tuple[tuple[Draft, ...], ...]]:
    return list(told(1, TICKETS))


@pytest.fixture(scope="module")
def drafts(tickets: list[tuple[tuple[Draft, ...], ...]]) -> list[Draft]:
    return [draft for acts in tickets for act in acts for draft in act]


def digest(path: Path, seed: int, tickets: int = 120) -> str:
    bootstrap.generate(path, tickets=tickets, seed=seed)
    front = bootstrap.open_desk(path)
    found = front.log_in("admin", "demo").check(rebuild=True)
    front.close()
    assert found.ok, found.problems
    assert found.tickets == tickets
    return found.digest


def test_the_same_seed_makes_the_same_desk_to_the_last_bit(tmp_path: Path) -> None:
    first = digest(tmp_path / "a.desk", seed=3)
    assert digest(tmp_path / "b.desk", seed=3) == first
    assert digest(tmp_path / "c.desk", seed=4) != first


def test_without_a_seed_the_same_tickets_are_in_a_desk_of_its_own(tmp_path: Path) -> None:
    numbers: list[str | None] = []
    subjects: list[list[str]] = []
    for name in ("a.desk", "b.desk"):
        bootstrap.generate(tmp_path / name, tickets=30)
        front = bootstrap.open_desk(tmp_path / name)
        desk = front.log_in("john", "demo")
        subjects.append([row.subject for row in desk.queue("all").rows])
        numbers.append(desk.log_call(CallDraft("Printer jams")).number)
        front.close()
    assert subjects[0] == subjects[1]
    assert numbers[0] == numbers[1]
    assert str(numbers[1])[0].isdigit(), "it is no copy of the first"


def test_a_generated_desk_can_be_worked_with(tmp_path: Path) -> None:
    bootstrap.generate(tmp_path / "g.desk", tickets=200, seed=1)
    front = bootstrap.open_desk(tmp_path / "g.desk")
    desk = front.log_in("john", "demo")
    row = desk.queue("closed").rows[0]
    view = desk.ticket(row.number)
    assert view.caller is not None
    assert desk.find_people(view.caller.phones[0])
    assert desk.search(view.subject)
    assert 35 <= len(desk.directory().agents) <= 45
    front.close()


@pytest.mark.parametrize("size", [0, 1, 7])
def test_small_desks_can_be_made(tmp_path: Path, size: int) -> None:
    digest(tmp_path / "small.desk", seed=1, tickets=size)


def test_a_desk_that_is_there_already_stays(tmp_path: Path) -> None:
    path = tmp_path / "mine.desk"
    path.write_bytes(b"precious")
    with pytest.raises(Invalid):
        bootstrap.generate(path, tickets=5)
    assert path.read_bytes() == b"precious"


def test_an_interrupted_desk_leaves_nothing(tmp_path: Path) -> None:
    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bootstrap.generate(tmp_path / "g.desk", tickets=50, progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_desk_begins_the_same_whatever_is_read_of_it() -> None:
    once = list(islice(told(2, 500), 20))
    assert once == list(islice(told(2, 500), 20))
    assert once != list(islice(told(5, 500), 20))


def test_a_ticket_has_four_entries_of_25_to_70_words(drafts: list[Draft]) -> None:
    texts = [draft.fields["text"] for draft in drafts if draft.verb in ENTRIES]
    lengths = [len(text.split()) for text in texts]
    assert 3.8 < len(texts) / TICKETS < 4.1
    assert min(lengths) >= 25
    assert max(lengths) <= 70


def test_words_come_as_often_as_words_do(drafts: list[Draft]) -> None:
    found = Counter(
        word.strip(".,?").casefold()
        for draft in drafts
        if draft.verb in ENTRIES
        for word in draft.fields["text"].split()
    )
    assert len(all_forms()) >= 5000
    assert len(found) > 5000
    ranks = [times for _word, times in found.most_common()]
    whole = sum(ranks)
    assert 0.03 < ranks[0] / whole < 0.2
    assert 0.3 < sum(ranks[:100]) / whole < 0.8
    assert sum(times == 1 for times in ranks) > len(ranks) / 3


def test_about_one_in_ten_is_not_ended(tickets: list[tuple[tuple[Draft, ...], ...]]) -> None:
    ended = 0
    for acts in tickets:
        verbs = [
            draft.verb for act in acts for draft in act if draft.verb in {"resolved", "closed", "reopened"}
        ]
        ended += bool(verbs) and verbs[-1] != "reopened"
    assert 0.06 < 1 - ended / len(tickets) < 0.14


def test_everything_happens_in_its_order_and_before_the_end(
    tickets: list[tuple[tuple[Draft, ...], ...]],
) -> None:
    opened = [acts[0][0].at or 0 for acts in tickets]
    assert opened == sorted(opened)
    for acts in tickets:
        times = [draft.at or 0 for act in acts for draft in act if draft.verb != "prioritised"]
        assert times == sorted(times)
        assert times[-1] <= UNTIL


def test_numbers_have_their_check_digit(drafts: list[Draft]) -> None:
    given = [draft.fields["number"] for draft in drafts if draft.verb == "opened"]
    assert len(set(given)) == TICKETS
    assert all((reading := read_number(number)) and reading.number == number for number in given[:50])


def test_no_two_callers_have_the_same_number() -> None:
    made = [phone_number(index) for index in range(20_000)]
    assert len(set(made)) == len(made)
    assert {read_phone(number, "").kind for number in made[:400]} == {"number"}


def test_ids_are_unique_and_in_order() -> None:
    ids = SeededIds(1)
    made = [ids.entity() for _ in range(5000)]
    assert made == sorted(set(made))
    assert {(uid[12], uid[16] in "89ab") for uid in made} == {("7", True)}

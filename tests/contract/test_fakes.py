"""Each stand-in keeps the contract of the real thing beside it."""

import time
from collections.abc import Callable
from uuid import UUID

import pytest

from desktop_desk.bootstrap import now_ms
from desktop_desk.desk.passwords import Passwords
from desktop_desk.desk.ports import NewId
from desktop_desk.storage.ids import RandomIds
from desktop_desk.storage.passwords import Argon2Passwords
from tests.fakes import CountingIds, FixedClock, PlainPasswords


@pytest.fixture(
    params=[lambda: Argon2Passwords(memory_kib=8, rounds=1), PlainPasswords], ids=["real", "fake"]
)
def passwords(request: pytest.FixtureRequest) -> Passwords:
    return request.param()


@pytest.fixture(params=[RandomIds, CountingIds], ids=["real", "fake"])
def ids(request: pytest.FixtureRequest) -> NewId:
    return request.param()


@pytest.fixture(params=[now_ms, FixedClock()], ids=["real", "fake"])
def clock(request: pytest.FixtureRequest) -> Callable[[], int]:
    return request.param


@pytest.mark.parametrize("password", ["correct horse", "", "ünï ☎ 密碼", "x" * 500])
def test_a_hash_fits_its_own_password_and_no_other(passwords: Passwords, password: str) -> None:
    kept = passwords.made(password)
    assert kept
    assert passwords.fits(kept, password)
    assert not passwords.fits(kept, password + " ")
    assert not passwords.fits(kept, password.upper() + "X")


@pytest.mark.parametrize("broken", ["", "no hash", "$argon2id$v=19$m=8"])
def test_nothing_fits_a_broken_hash(passwords: Passwords, broken: str) -> None:
    assert not passwords.fits(broken, "")
    assert not passwords.fits(broken, broken)


def test_the_real_hash_hides_the_password_and_is_salted() -> None:
    real = Argon2Passwords(memory_kib=8, rounds=1)
    assert "correct horse" not in real.made("correct horse")
    assert real.made("correct horse") != real.made("correct horse")


def test_a_hash_made_at_one_cost_fits_when_the_cost_has_risen() -> None:
    kept = Argon2Passwords(memory_kib=8, rounds=1).made("correct horse")
    assert Argon2Passwords(memory_kib=16, rounds=2).fits(kept, "correct horse")


def test_ids_are_uuids_each_different_and_later_ones_sort_later(ids: NewId) -> None:
    made = [ids.entity() for _ in range(200)]
    assert len(set(made)) == len(made)
    assert made == sorted(made)
    assert all(UUID(one).hex == one for one in made)


def test_salts_are_sixteen_bytes_each_different(ids: NewId) -> None:
    salts = [ids.salt() for _ in range(50)]
    assert {len(salt) for salt in salts} == {16}
    assert len(set(salts)) == len(salts)


def test_the_clock_tells_whole_milliseconds_since_the_epoch(clock: Callable[[], int]) -> None:
    assert isinstance(clock(), int)
    assert 1_700_000_000_000 < clock() < 4_000_000_000_000
    assert clock() <= clock()


def test_the_real_clock_is_the_machines() -> None:
    assert abs(now_ms() - time.time() * 1000) < 5000

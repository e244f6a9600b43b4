"""Seals, key pairs, rings and recovery codes: what opens what, and what a changed byte does."""

import json
import os
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_desk.domain.errors import Invalid, Unreadable
from desktop_desk.domain.facts import EntityId
from desktop_desk.storage import recovery
from desktop_desk.storage.key_pairs import Cost, WrappedKeys, cost_of, to_bytes, unwrapped
from desktop_desk.storage.keys import KeyHolder, KeyRing
from desktop_desk.storage.sealing import Sealer, derived, new_pair, seal_to, unseal_with
from desktop_desk.storage.sidecar import Keys

CHEAP = Cost(memory_kib=8, rounds=1, lanes=1)
SECRET = bytes(range(32))
DESK = "d" * 32
ADA, JOHN, JANE = EntityId("a" * 32), EntityId("b" * 32), EntityId("c" * 32)


def holder(uid: EntityId, login: str, password: str) -> KeyHolder:
    pair = WrappedKeys(CHEAP).made(uid, password)
    return KeyHolder(uid, (login, f"{login}@office.example"), pair["public_key"], pair["wrapped_key"])


def a_ring(*holders: KeyHolder) -> KeyRing:
    return KeyRing.new(
        DESK, "desk", SECRET, holders or [holder(ADA, "ada", "ada's"), holder(JOHN, "john", "john's")]
    )


# ── seals ────────────────────────────────────────────────────────────────────────────────────────────────────────


@given(body=st.binary(max_size=200), name=st.text(max_size=20))
def test_what_was_sealed_is_read_with_the_same_key_and_name_only(body: bytes, name: str) -> None:
    sealed = Sealer(SECRET).seal(body, name)
    assert Sealer(SECRET).unseal(sealed, name) == body
    for other, called in ((bytes(32), name), (SECRET, f"{name}x")):
        with pytest.raises(Unreadable):
            Sealer(other).unseal(sealed, called)


@given(place=st.integers(0, 39), bit=st.integers(0, 7))
def test_no_bit_of_what_is_sealed_can_be_changed(place: int, bit: int) -> None:
    sealed = bytearray(Sealer(SECRET).seal(b"twelve bytes", "name"))
    sealed[place] ^= 1 << bit
    with pytest.raises(Unreadable):
        Sealer(SECRET).unseal(bytes(sealed), "name")


@pytest.mark.parametrize("sealed", [b"", b"short", bytes(12), bytes(27)])
def test_what_is_too_short_to_be_sealed_is_unreadable(sealed: bytes) -> None:
    with pytest.raises(Unreadable):
        Sealer(SECRET).unseal(sealed, "name")
    with pytest.raises(Unreadable):
        unseal_with(new_pair()[0], sealed, "name")


def test_the_same_body_is_never_sealed_to_the_same_bytes() -> None:
    assert len({Sealer(SECRET).seal(b"body", "name") for _try in range(50)}) == 50


def test_what_is_sealed_to_a_public_key_opens_with_its_private_half_only() -> None:
    (private, public), (other, _public) = new_pair(), new_pair()
    sealed = seal_to(public, b"the secret", "name")
    assert unseal_with(private, sealed, "name") == b"the secret"
    for key, name in ((other, "name"), (private, "another")):
        with pytest.raises(Unreadable):
            unseal_with(key, sealed, name)


def test_keys_for_different_purposes_differ() -> None:
    assert len({derived(SECRET, purpose) for purpose in ("a", "b")} | {SECRET}) == 3


# ── key pairs ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_password_unwraps_the_private_half_that_fits_the_public_one() -> None:
    pair = WrappedKeys(CHEAP).made(ADA, "a good sentence")
    private = unwrapped(pair["wrapped_key"], ADA, pair["public_key"], "a good sentence")
    assert unseal_with(private, seal_to(to_bytes(pair["public_key"]), b"x", "n"), "n") == b"x"
    for agent, password in ((ADA, "a good sentence "), (JOHN, "a good sentence")):
        with pytest.raises(Unreadable):
            unwrapped(pair["wrapped_key"], agent, pair["public_key"], password)


def test_the_same_password_is_wrapped_differently_each_time() -> None:
    made = [WrappedKeys(CHEAP).made(ADA, "a good sentence") for _try in range(2)]
    assert made[0]["wrapped_key"] != made[1]["wrapped_key"]
    assert made[0]["public_key"] != made[1]["public_key"]


def test_guessing_a_password_costs_what_the_wrapped_key_says() -> None:
    wrapped = WrappedKeys().made(ADA, "a good sentence")["wrapped_key"]
    assert cost_of(wrapped) == Cost(65_536, 3, 4)
    assert cost_of("torn") == Cost()


@pytest.mark.parametrize(
    "wrapped",
    ["", "1", "1$8$1$1$xx$yy", "1$99999999$1$1$AAAA$AAAA", "9$8$1$1$AAAA$AAAA", "1$8$0$1$AAAA$AAAA"],
)
def test_a_wrapped_key_that_is_torn_or_asks_for_too_much_is_unreadable(wrapped: str) -> None:
    with pytest.raises(Unreadable):
        unwrapped(wrapped, ADA, "", "a good sentence")


# ── rings ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_agent_opens_the_ring_with_login_or_address_and_password() -> None:
    ring = a_ring()
    for login in ("ada", " ADA ", "ada@office.example"):
        opened = ring.open(login, "ada's")
        assert (opened.agent, opened.secret) == (ADA, SECRET)
    assert ring.open("john", "john's").agent == JOHN
    for login, password in (("ada", "john's"), ("jane", "ada's"), ("", "")):
        with pytest.raises(Unreadable):
            ring.open(login, password)


def test_a_ring_comes_back_from_its_bytes_and_shows_nobodys_name() -> None:
    ring = a_ring()
    kept = ring.to_bytes()
    assert KeyRing.from_bytes(kept) == ring
    for word in (b"ada", b"john", b"office"):
        assert word not in kept.lower()


def test_two_agents_with_one_login_each_get_in_with_their_own_password() -> None:
    ring = a_ring(holder(ADA, "jane", "first"), holder(JOHN, "jane", "second"))
    assert ring.open("jane", "first").agent == ADA
    assert ring.open("jane", "second").agent == JOHN


def test_following_the_office_enrols_rewraps_and_removes() -> None:
    ada, john = holder(ADA, "ada", "ada's"), holder(JOHN, "john", "john's")
    ring = a_ring(ada, john)
    assert ring.following(SECRET, [ada, john]) is ring
    renewed = holder(ADA, "ada", "ada's new")
    changed = ring.following(SECRET, [renewed, holder(JANE, "jane", "jane's")])
    assert changed.open("ada", "ada's new").secret == SECRET
    assert changed.open("jane", "jane's").secret == SECRET
    for login, password in (("ada", "ada's"), ("john", "john's")):
        with pytest.raises(Unreadable):
            changed.open(login, password)


def test_an_agent_without_a_key_pair_keeps_the_seat_he_has() -> None:
    ada, john = holder(ADA, "ada", "ada's"), holder(JOHN, "john", "john's")
    kept = a_ring(ada, john).following(SECRET, [ada], keep={JOHN})
    assert kept.open("john", "john's").secret == SECRET


def test_a_new_login_opens_and_the_old_one_does_not() -> None:
    ada = holder(ADA, "ada", "ada's")
    ring = a_ring(ada).following(SECRET, [replace(ada, names=("lovelace", ""))])
    assert ring.open("lovelace", "ada's").agent == ADA
    for login in ("ada", ""):
        with pytest.raises(Unreadable):
            ring.open(login, "ada's")


@pytest.mark.parametrize("name", ["names", "public", "wrapped", "sealed", "mark"])
def test_a_seat_that_somebody_without_the_secret_wrote_on_is_made_anew(name: str) -> None:
    ada, john = holder(ADA, "ada", "ada's"), holder(JOHN, "john", "john's")
    ring = a_ring(ada, john)
    seat = ring.seats[JOHN]
    forged = ("x",) if name == "names" else getattr(ring.seats[ADA], name)
    tampered = replace(ring, seats={**ring.seats, JOHN: replace(seat, **{name: forged})})
    mended = tampered.following(SECRET, [ada, john])
    assert mended is not tampered
    assert mended.open("john", "john's").secret == SECRET
    assert mended.seats[ADA] == ring.seats[ADA]


def test_a_seat_of_another_desk_or_purpose_opens_nothing() -> None:
    ring = a_ring()
    for other in (replace(ring, desk="e" * 32), replace(ring, purpose="hub")):
        with pytest.raises(Unreadable):
            other.open("ada", "ada's")


def test_after_a_new_key_only_those_who_are_left_open_it() -> None:
    ada, john = holder(ADA, "ada", "ada's"), holder(JOHN, "john", "john's")
    new = os.urandom(32)
    before = a_ring(ada, john)
    ring = KeyRing.new(before.desk, before.purpose, new, [ada])
    assert ring.open("ada", "ada's").secret == new
    assert ring.is_of(new)
    assert not ring.is_of(SECRET)
    with pytest.raises(Unreadable):
        ring.open("john", "john's")


@pytest.mark.parametrize(
    "kept", [b"", b"{", b"[]", b"{}", b'{"format": 1}', b"\xff", b'{"format": 1, "agents": []}']
)
def test_what_is_no_ring_is_unreadable(kept: bytes) -> None:
    with pytest.raises(Unreadable):
        KeyRing.from_bytes(kept)
    with pytest.raises(Unreadable):
        Keys.from_bytes(kept)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_torn_sidecar_is_unreadable(share: float) -> None:
    kept = Keys((a_ring(),)).to_bytes()
    with pytest.raises(Unreadable):
        Keys.from_bytes(kept[: int(len(kept) * share)])


def test_a_ring_of_a_newer_version_says_so() -> None:
    table = json.loads(a_ring().to_bytes())
    table["format"] = 2
    with pytest.raises(Unreadable, match="newer"):
        KeyRing.from_bytes(json.dumps(table).encode())


def test_unknown_names_are_counted_in_groups_that_do_not_tell_what_was_typed() -> None:
    keys = Keys((a_ring(),)).counted(Keys((a_ring(),)).tried_as("my password, in the wrong field"), 1, 0)
    assert b"password" not in keys.to_bytes()
    assert Keys((a_ring(),)).tried_as("ada") == Keys((a_ring(),)).tried_as("ADA@office.example") == ADA


# ── recovery codes ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_code_is_seven_groups_of_letters_that_no_other_letter_looks_like() -> None:
    code = recovery.new_code()
    assert [len(group) for group in code.split("-")] == [5] * 7
    assert set(code) <= set(recovery.LETTERS) | {"-"}
    assert not set("BILOSZ0123456789") & set(recovery.LETTERS)


def test_a_code_holds_more_than_128_bits() -> None:
    assert len(recovery.LETTERS) ** recovery.SECRET_LETTERS > 2**128


def test_a_code_is_read_however_it_is_typed_and_always_gives_the_same_key() -> None:
    code = recovery.new_code()
    key = recovery.key_of_code(code)
    assert len(key) == 32
    for typed in (code.lower(), code.replace("-", ""), f"  {code.replace('-', ' ')} "):
        assert recovery.key_of_code(typed) == key
    assert recovery.key_of_code(recovery.new_code()) != key


def test_every_wrong_letter_is_told() -> None:
    code = "RUUHNDVWCYPPVREDYARWCXVMTYQCTPFWMMG"
    recovery.key_of_code(code)
    for place, wanted in enumerate(code):
        for letter in set(recovery.LETTERS) - {wanted}:
            with pytest.raises(Invalid):
                recovery.key_of_code(code[:place] + letter + code[place + 1 :])


@pytest.mark.parametrize("code", ["", "RUUHN", "RUUHN-DVWCY-PPVRE-DYARW-CXVMT-YQCTP-FWMM1", "ä" * 35])
def test_what_is_no_code_is_told(code: str) -> None:
    with pytest.raises(Invalid):
        recovery.key_of_code(code)

"""Names of any script."""

from hypothesis import given
from hypothesis import strategies as st

from desktop_desk.domain.names import display_name, name_key, name_words


@given(st.text())
def test_a_key_is_its_own_key(text: str):
    assert name_key(name_key(text)) == name_key(text)


@given(
    st.lists(st.text(st.characters(categories=["Ll", "Lu"]), min_size=1)), st.randoms(use_true_random=False)
)
def test_the_order_of_words_does_not_matter(words: list[str], chance):
    shuffled = words.copy()
    chance.shuffle(shuffled)
    assert name_key(" ".join(words)) == name_key(", ".join(shuffled))


@given(st.text())
def test_case_does_not_matter(text: str):
    assert name_key(text.upper()) == name_key(text)


@given(st.text())
def test_what_is_shown_is_found_under_the_same_key(text: str):
    assert name_key(display_name(text)) == name_key(text)


@given(st.text())
def test_words_hold_nothing_to_trim(text: str):
    assert all(word == word.strip() != "" for word in name_words(text))

"""The window goes on drawing while it fetches mail; how long it stands still is a figure, and gates nothing."""

from tests.rigs.mail_frames import figures


def test_the_window_draws_while_mail_comes() -> None:
    found = figures(12)
    assert found["read"] == 12
    assert len(found["fetching"]["longest"]) == len(found["at_rest"]["longest"]) == 5
    assert 0 < found["at_rest"]["longest"][-1] <= found["at_rest"]["longest"][0]

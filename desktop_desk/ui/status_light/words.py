"""The words of the status light."""

from collections.abc import Sequence

from desktop_desk.desk.status_light import Level, Light, Standing
from desktop_desk.i18n import N_, _

NAMES = {"in": N_("Mail in"), "out": N_("Outbox"), "form": N_("Request form"), "line": N_("Phone line")}
LEVELS: dict[Level, str] = {
    "off": N_("not in use"), "good": N_("well"), "wait": N_("goes on by itself"), "trouble": N_("needs you"),
}  # fmt: skip


def short_text(light: Light) -> str:
    """All of it in a few words; "" where nothing is in use."""
    level = light.level
    if level == "off":
        return ""
    if level == "good":
        first = light.standings[0]
        return _("Mail {word}").format(word=first.word) if first.level == "good" else _("Channels well")
    bad = [each for each in light.standings if each.level == level]
    return " · ".join(
        _("{name}: {word}").format(name=_(NAMES[each.subject]), word=each.word) for each in bad[:2]
    )


def tip(standings: Sequence[Standing]) -> str:
    """A line for each."""
    return "\n".join(
        _("{name}: {said}").format(name=_(NAMES[each.subject]), said=each.said) for each in standings
    )


def loud_text(loud: Sequence[Standing]) -> str:
    """What somebody is to be told at once, in one sentence or two; "" for nothing."""
    lines = [f"{each.name or _(NAMES[each.subject])}: {each.said}" for each in loud]
    return " ".join(dict.fromkeys(lines))


def loud_key(loud: Sequence[Standing]) -> frozenset[tuple[str, str, str]]:
    """The same for the same trouble, whatever time it is."""
    return frozenset((each.subject, each.name, each.word) for each in loud)

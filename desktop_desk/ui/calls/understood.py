"""Whether every field of a call says something that the desk can take: asked before anything is saved."""

from desktop_desk.i18n import _
from desktop_desk.ui.calls.call_form import CallForm
from desktop_desk.ui.calls.line import LineReading


def understood(form: CallForm, reading: LineReading, *, new: bool = False) -> bool:
    """False, with a word beside each field that is wrong, the first with the cursor; a `new` ticket needs a subject."""
    wrong: dict[str, str] = {}
    topic = form.topic.unknown()
    if topic:
        # The matches would hang over what is said here.
        form.put_away()
        text = _("There is no topic “{topic}”. Choose one, or put the words into “What is it about?”.")
        wrong["topic"] = text.format(topic=topic)
    if new and not reading.subject:
        wrong["subject"] = _("Say in one line what it is about.")
    if reading.call_back_wrong:
        wrong["call_back"] = _("Type a time to come, such as 15:00, tomorrow 9 or 20m.")
    for field in reversed(wrong):
        form.show_error(field, wrong[field])
    return not wrong

"""Whether every field of a call says something that the desk can take: asked before anything is saved."""

from desktop_desk.i18n import _
from desktop_desk.ui.calls.call_form import CallForm
from desktop_desk.ui.calls.line import LineReading


def understood(form: CallForm, reading: LineReading) -> bool:
    """False, with a word beside the first field that holds no topic or no time, when one does not."""
    topic = form.topic.unknown()
    if topic:
        # The matches would hang over what is said here.
        form.put_away()
        text = _(
            "There is no topic “{topic}”. Choose one, or put the words into “What is it about?”."
        ).format(topic=topic)
        form.show_error("topic", text)
        return False
    if reading.call_back_wrong:
        form.show_error("call_back", _("Type a time to come, such as 15:00, tomorrow 9 or 20m."))
        return False
    return True

"""Replicas: what the desk writes down about its copies, for everybody to know them by name."""

from collections.abc import Sequence

from desktop_desk.desk.directory import Replica
from desktop_desk.desk.mail_looks import fetcher_of
from desktop_desk.desk.outbox import Outbox
from desktop_desk.desk.ports import Draft, Store
from desktop_desk.desk.presence import Present
from desktop_desk.desk.texts import one_line
from desktop_desk.desk.views import Done
from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.facts import EntityId
from desktop_desk.i18n import _

LONGEST_LABEL = 60


class Replicas(Present):
    """Verbs about the copies of the desk."""

    def replicas(self) -> tuple[Replica, ...]:
        """Every copy that announced itself, in order of name."""
        with self._store.reading():
            known = self._store.directory().replicas
        return tuple(sorted(known, key=lambda replica: (replica.name.casefold(), replica.uid)))

    def outbox(self) -> Outbox:
        """Mail that this copy of the desk has to send."""
        return Outbox(self._store, self._clock, self._new_id)

    def need_sharing(self) -> None:
        """Nothing where the actor may share the desk or take it along; else NotAllowed."""
        with self._store.reading():
            self._require("office.settings")

    def announce_replica(self, name: str, code: str, reserve: str) -> Done:
        """Write down what this copy is called, and which letters its ticket numbers have."""
        label = good_label(name)
        with self._store.writing():
            self._require("office.settings")
            drafts = announcement(self._store, label, code, reserve, self._actor)
            return self._write(drafts, None, uid=EntityId(self._store.log.own))

    def keep_mailboxes(self) -> Done:
        """Of a desk that comes to have other copies: this one goes on fetching what it fetched as the only one."""
        with self._store.writing():
            self._require("office.settings")
            directory, own = self._store.directory(), self._store.log.own
            drafts = [
                Draft("mailbox_edited", box.uid, {"replica": own})
                for box in directory.mailboxes
                if not box.replica and fetcher_of(directory, box, own) == own
            ]
            return self._write(drafts, None)


def announcement(store: Store, name: str, code: str, reserve: str, agent: EntityId | None) -> Sequence[Draft]:
    """What is to be written for the own copy to be known under a name and letters; nothing where it already is."""
    own = EntityId(store.log.own)
    known = store.directory().replica(own)
    if known is None:
        fields = {"name": name, "code": code, "reserve": reserve, "agent": agent}
        return [Draft("replica_added", own, fields)]
    wanted = {"name": name or known.name, "code": code, "reserve": reserve}
    standing = {"name": known.name, "code": known.code, "reserve": known.reserve}
    changed = {field: value for field, value in wanted.items() if value != standing[field]}
    return [Draft("replica_changed", own, changed)] if changed else []


def good_label(name: str) -> str:
    """A copy's name as it may be given; Invalid for none or a long one."""
    if not name.strip():
        raise Invalid("label", _("A name is needed."), _("For example the machine’s, or “Jane’s laptop”."))
    label = one_line(name, "label")
    if len(label) > LONGEST_LABEL:
        raise Invalid("label", _("The name is longer than {n} characters.").format(n=LONGEST_LABEL))
    return label

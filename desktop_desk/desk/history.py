"""History: merging and its undoing, settling differences, undo and redo of any act, also days later."""

from typing import Any

from desktop_desk.desk.call_backs import CallBacks
from desktop_desk.desk.ports import Draft, Position, TicketRecord
from desktop_desk.desk.posting import post, refuse_unsending
from desktop_desk.desk.views import Done, UndoStep
from desktop_desk.desk.wording import Wording, main_fact
from desktop_desk.domain.errors import Invalid, NotAllowed, NotFound
from desktop_desk.domain.facts import UNDONE, EntityId, Fact, FactId
from desktop_desk.domain.permissions import permission_text
from desktop_desk.domain.tickets import endings, unseen_by
from desktop_desk.domain.verbs import VERBS
from desktop_desk.i18n import _

BACK = 200
"""How many of an agent's acts undo looks back through."""


class History(CallBacks):
    """Verbs about what was done before."""

    def merge(self, number: str, into: str, *, seen: Position | None = None) -> Done:
        """Make a ticket part of another, or of what that is part of; un-merging is exact at any later time."""
        with self._store.writing():
            child = self._ticket_for(number, "ticket.merge")
            self._refuse_circle(child, self._ticket_for(into, "ticket.merge"))
            parent = self._conversation_for(into, "ticket.merge")
            if child.merged_into == parent.uid:
                return Done("", child.number, child.uid)
            draft = Draft("merged", child.uid, {"merged_into": parent.uid}, ticket=child.uid)
            return self._write([draft], seen, (child, parent))

    def unmerge(self, number: str, *, seen: Position | None = None) -> Done:
        """Take a merged ticket out again, as it was and with all that was added to it."""
        with self._store.writing():
            child = self._ticket_for(number, "ticket.merge")
            if child.merged_into is None:
                raise Invalid(
                    "number", _("{number} is not merged into another ticket.").format(number=child.number)
                )
            draft = Draft("unmerged", child.uid, {"merged_into": None}, ticket=child.uid)
            return self._write([draft], seen, (child,))

    def settle(self, number: str, field: str, value: str) -> Done:
        """Choose between the values of a field that two people set; `value` is one of those shown.

        A ticket that somebody wrote to without having seen its end has such a difference in "status" or
        "merged_into": that end, or none.
        """
        with self._store.writing():
            record = self._ticket_for(number, "ticket.settle")
            choices = self._choices(record, field)
            if not choices:
                raise Invalid(
                    "field",
                    _("{number} has no difference in “{field}”.").format(
                        number=record.number, field=field[:40]
                    ),
                )
            wording = Wording(self._store)
            wanted = value.strip().casefold()
            for choice in choices:
                if wanted in {wording.value(field, choice).casefold(), str(choice).casefold()}:
                    more = self._plan(choice) if field == "priority" else {}
                    draft = Draft("settled", record.uid, {field: choice, **more}, ticket=record.uid)
                    return self._write([draft], None, (record,))
            shown = ", ".join(wording.value(field, choice) for choice in choices)
            raise Invalid("value", _("“{value}” is none of the values.").format(value=value[:40]), shown)

    def _choices(self, record: TicketRecord, field: str) -> list[Any]:
        """The values between which a difference in a field can be settled; the one that is shown comes first."""
        state = self._state(record)
        if field in state.rivals:
            return [fact.fields[field] for fact in (state.heads[field], *state.rivals[field])]
        end = endings(state, self._store.directory().office).get(field)
        if end is None or not unseen_by(field, end, self._store.journal.of_ticket(record.uid)):
            return []
        return [end.fields[field], self._instead_of_end(field)]

    def _instead_of_end(self, field: str) -> EntityId | None:
        """The value of a field by which a ticket has ended, had it not."""
        return self._status_in("open").uid if field == "status" else None

    def undo(self, act: str | None = None) -> Done:
        """Undo an act: the actor's own newest, or the one named.

        Raises:
            NotFound: there is nothing to undo. Invalid: it is undone already, or is itself an undo.
            NotAllowed: somebody else did it, and the actor may not undo that.
        """
        with self._store.writing():
            self._me()
            named = self._newest_own() if act is None else self._act_named(act)
            facts = self._store.journal.of_act(named)
            if not facts:
                raise NotFound(_("There is no such act to undo."))
            if any(not VERBS[fact.verb].undoable for fact in facts if fact.verb in VERBS):
                raise Invalid("act", _("This cannot be undone."), _("Use redo for an undo."))
            if self._is_void(named):
                raise Invalid("act", _("This was undone already."))
            self._refuse_undo(facts)
            refuse_unsending(self._store, facts, self._clock())
            return self._take_back(named, facts)

    def redo(self, act: str | None = None) -> Done:
        """Do again what was undone: the actor's newest undo, or the act named."""
        with self._store.writing():
            self._me()
            named = self._newest_undone() if act is None else self._act_named(act)
            undos = [undo for undo in self._store.journal.undoing(named) if not self._is_void(undo)]
            if not undos:
                raise Invalid("act", _("There is nothing to redo."))
            self._refuse_undo(self._store.journal.of_act(named))
            drafts: list[Draft] = []
            for undo in undos:
                drafts.extend(undoing_drafts(undo, self._store.journal.of_act(undo)))
            return self._written(drafts, self._store.journal.of_act(named))

    def undo_step(self) -> UndoStep | None:
        """What undo would do next for the actor; None when there is nothing."""
        with self._store.reading():
            try:
                return self._step(self._newest_own())
            except NotFound:
                return None

    def redo_step(self) -> UndoStep | None:
        """What redo would do next for the actor; None when there is nothing."""
        with self._store.reading():
            try:
                return self._step(self._newest_undone())
            except NotFound:
                return None

    def _step(self, act: FactId) -> UndoStep:
        facts = self._store.journal.of_act(act)
        main = main_fact(facts)
        ticket = self._store.tickets.by_uid(main.ticket) if main.ticket else None
        phrase = VERBS[main.verb].phrase if main.verb in VERBS else main.verb
        return UndoStep(str(act), _(phrase), ticket.number if ticket else None, main.at)

    def _newest_own(self) -> FactId:
        """The actor's newest act that counts and is neither an undo nor a read mark."""
        for fact in self._store.journal.by_actor(self._actor, limit=BACK):
            if fact.verb in VERBS and VERBS[fact.verb].undoable and not self._is_void(fact.act_id):
                return fact.act_id
        raise NotFound(_("There is nothing to undo."))

    def _newest_undone(self) -> FactId:
        """The act that the actor's newest standing undo took back, unless he did something else since."""
        for fact in self._store.journal.by_actor(self._actor, limit=BACK):
            if fact.verb == UNDONE:
                named = FactId.parse(fact.fields["act"])
                is_undo = all(part.verb == UNDONE for part in self._store.journal.of_act(named))
                if not is_undo and not self._is_void(fact.act_id):
                    return named
            elif fact.verb in VERBS and VERBS[fact.verb].undoable:
                break
        raise NotFound(_("There is nothing to redo."))

    def _is_void(self, act: FactId) -> bool:
        return any(not self._is_void(undo) for undo in self._store.journal.undoing(act))

    def _act_named(self, text: str) -> FactId:
        """An act by its whole name, or by its number in this desk's own log."""
        kept = text.strip()
        try:
            return FactId(self._store.journal.own, int(kept)) if kept.isdigit() else FactId.parse(kept)
        except ValueError as error:
            raise NotFound(
                _("“{act}” is no act.").format(act=kept[:60]), _("Acts stand in “ticket show --json”.")
            ) from error

    def _refuse_undo(self, facts: list[Fact]) -> None:
        """NotAllowed when another's act may not be undone by the actor."""
        others = [fact for fact in facts if fact.actor != self._actor]
        if not others:
            self._me()
            return
        self._require("ticket.undo_others")
        for fact in others:
            needed = VERBS[fact.verb].undo if fact.verb in VERBS else "office.settings"
            if needed and not self._may(self._me(), needed):
                raise NotAllowed(
                    _("To undo this you need a role that lets you {what}.").format(
                        what=permission_text(needed)
                    ),
                    "",
                    needed,
                )

    def _take_back(self, act: FactId, facts: list[Fact]) -> Done:
        return self._written(undoing_drafts(act, facts), facts)

    def _written(self, drafts: list[Draft], facts: list[Fact]) -> Done:
        uids = dict.fromkeys(fact.ticket for fact in facts if fact.ticket)
        records = [record for uid in uids if (record := self._store.tickets.by_uid(uid))]
        written = self._store.journal.append(drafts, self._actor, None)
        post(self._store, written, self._clock())
        if any(fact.verb == "desk_changed" and "zone" in fact.fields for fact in facts):
            self._store.check(rebuild=True, progress=None)
        main = main_fact(facts)
        return Done(
            str(written[0].act_id), records[0].number if records else None, main.ticket or main.entity,
            frozenset(record.number for record in records), VERBS[main.verb].phrase if main.verb in VERBS else "",
        )  # fmt: skip

    def _refuse_circle(self, child: TicketRecord, into: TicketRecord) -> None:
        link: EntityId | None = into.uid
        while link is not None:
            if link == child.uid:
                raise Invalid(
                    "into",
                    _("{number} cannot be merged into itself.").format(number=child.number),
                    _("Choose another ticket."),
                )
            above = self._store.tickets.by_uid(link)
            link = above.merged_into if above else None


def undoing_drafts(act: FactId, facts: list[Fact]) -> list[Draft]:
    """The facts that take an act back: one for each entity it touched, so that each folds by itself."""
    things = dict.fromkeys((fact.entity, fact.ticket) for fact in facts)
    return [Draft(UNDONE, entity, {"act": str(act)}, ticket=ticket) for entity, ticket in things]

"""Call-backs: promised, tried, made; and calls that nobody took."""

from collections.abc import Sequence
from typing import Any

from desktop_desk.desk.directory import Agent, Team
from desktop_desk.desk.intake import call_fields
from desktop_desk.desk.ports import CallBackRecord, Draft, Position, TicketRecord
from desktop_desk.desk.routing import named, refuse_holder
from desktop_desk.desk.talking import Talking
from desktop_desk.desk.texts import one_line, plain_text
from desktop_desk.desk.views import CallRecord, Done
from desktop_desk.domain.call_backs import MISSED, NOT_REACHED, OUTCOME
from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.facts import EntityId
from desktop_desk.domain.mail import outside_uid
from desktop_desk.domain.phones import read_phone
from desktop_desk.i18n import _

DAY = 86_400_000


class CallBacks(Talking):
    """Verbs about calls that are owed."""

    def add_call_back(
        self,
        number: str,
        due: int | None,
        text: str = "",
        *,
        agent: str | None = None,
        seen: Position | None = None,
    ) -> Done:
        """Promise the caller of a ticket a call, by a time (ms) or as soon as may be."""
        with self._store.writing():
            record = self._conversation_for(number, "ticket.reply")
            holder = named(self._store.directory().agent, agent, "agent") or self._me()
            refuse_holder(holder)
            person = self._store.people.by_id(record.caller) if record.caller else None
            draft = self._call_owed(record.uid, holder, person, plain_text(text, "text"), due=due)
            return self._write([draft], seen, (record,), draft.entity)

    def call_back_done(self, uid: str, text: str = "") -> Done:
        """A promised call was made; what was said becomes an outgoing call on its ticket."""
        with self._store.writing():
            back, record = self._owed(uid)
            drafts = [Draft("call_back_changed", back.uid, {"done": True}, ticket=record and record.uid)]
            outcome = "told" if back.text == OUTCOME else ""
            drafts += self._called_out(back, record, plain_text(text, "text"), outcome)
            return self._write(drafts, None, (record,) if record else (), back.uid)

    def call_back_tried(
        self, uid: str, outcome: str = "no_answer", text: str = "", *, next_at: int | None = None
    ) -> Done:
        """Nobody was reached: the try counts, and the call is due again at `next_at` (ms), else when it is proposed.

        Raises:
            Invalid: there is no such outcome, the call was made already, or the next time is past.
        """
        with self._store.writing():
            back, record = self._owed(uid)
            if next_at is not None and next_at <= self._clock():
                raise Invalid("next", _("The next try lies in the past."), _("Give a time to come."))
            drafts = self._made_good(back.uid, outcome, next_at, must_be_open=True)
            drafts += self._called_out(back, record, plain_text(text, "text"), outcome)
            return self._write(drafts, None, (record,) if record else (), back.uid)

    def missed_call(
        self,
        number: str,
        name: str = "",
        *,
        call_id: str = "",
        rung: Sequence[str] = (),
        at: int | None = None,
        queue: str = "",
    ) -> Done:
        """A call that nobody took is to be called back: by the team whose line it is, by whom it rang for, by
        everybody when for several.

        Told of the same call again, by another window or on another copy of the desk, it stays one. The desk itself
        writes it: whoever undoes his own last act does not take it back.

        Args:
            rung: logins, ids, extensions or names of those whose telephones rang.
            at: when it rang (ms).
            queue: the queue or number that was called, as the telephone system names it.
        """
        with self._store.writing():
            self._require("ticket.create")
            directory = self._store.directory()
            rang = at if at is not None else self._clock()
            region = directory.settings.country
            phone = read_phone(number, region)
            mark = f"{phone.digits} {call_id or rang // 60_000} {rang // DAY}"
            uid = outside_uid(directory.settings.uid, "call", mark)
            if self._store.news.call_back(uid) is not None:
                return Done("", uid=uid)
            found = {agent.uid: agent for agent in map(self.agent_rung, rung) if agent is not None}
            known = self._matched("", number, "") if phone.kind == "number" else None
            person = self._store.people.by_uid(EntityId(known)) if known else None
            shown = (
                person.name if person and person.name else " ".join(plain_text(name, "name").split())[:200]
            )
            dialled = "" if phone.kind == "withheld" else one_line(number, "number")
            team = self.team_called(queue, tuple(found))
            one = next(iter(found)) if len(found) == 1 else None
            fields = {
                "agent": team.uid if team else one, "person": shown or dialled,
                "phone": dialled, "due": None, "text": MISSED,
            }  # fmt: skip
            drafts = [Draft("call_back_promised", uid, fields, at=rang)]
            drafts += self._lapsing(number, uid)
            facts = self._store.journal.append(drafts, None, None)
            return Done(str(facts[0].act_id), uid=uid)

    def agent_rung(self, told: str) -> Agent | None:
        """The agent whom a telephone system means: by login, id, mail address, extension or name; None for nobody."""
        wanted = told.strip()
        if not wanted:
            return None
        directory = self._store.directory()
        found = directory.agent(wanted)
        if found is not None and found.active:
            return found
        digits = read_phone(wanted, directory.settings.country).digits
        folded = wanted.casefold()
        for agent in directory.agents:
            if agent.active and folded in {agent.name.casefold(), agent.email.casefold()}:
                return agent
            if agent.active and digits and agent.phone:
                own = read_phone(agent.phone, directory.settings.country)
                if digits in {own.digits, own.extension}:
                    return agent
        return None

    def team_called(self, queue: str, rung: Sequence[str] = ()) -> Team | None:
        """The team whose line a queue or number is, by its name or the line it has; None for nobody's.

        Args:
            rung: ids of the agents whose telephones rang: several who are the members of one team alone are that team.
        """
        directory = self._store.directory()
        wanted, region = queue.strip().casefold(), directory.settings.country
        digits = read_phone(queue, region).digits if wanted else ""
        for team in directory.teams:
            if not team.active or not wanted:
                continue
            lines = [line.strip() for line in team.phone.split(",") if line.strip()]
            if wanted in {team.name.casefold(), *(line.casefold() for line in lines)}:
                return team
            if digits and digits in {read_phone(line, region).digits for line in lines}:
                return team
        whole = [
            team
            for team in directory.teams
            if team.active and len(rung) > 1 and set(rung) <= set(team.members)
        ]
        return whole[0] if len(whole) == 1 else None

    def _owed(self, uid: str) -> tuple[CallBackRecord, TicketRecord | None]:
        """A call-back that is not done, and the ticket it belongs to, if any."""
        back = self._call_back(uid)
        if back.done:
            raise Invalid("call_back", _("This call was made already, or is no longer needed."))
        if not back.ticket:
            self._require("ticket.reply")
            return back, None
        return back, self._ticket_for(back.ticket, "ticket.reply")

    def _called_out(
        self, back: CallBackRecord, record: TicketRecord | None, text: str, outcome: str
    ) -> list[Draft]:
        if record is None:
            return []
        if outcome in NOT_REACHED and not text:
            text = _("Tried to call: {outcome}.").format(outcome=_(NOT_REACHED[outcome]))
        call = CallRecord(direction="out", number=back.phone, started=self._clock(), disposition=outcome)
        fields: dict[str, Any] = {"text": text, **call_fields(call), "person": self._caller_uid(record)}
        return [Draft("called", self._new_id.entity(), fields, ticket=record.uid)]

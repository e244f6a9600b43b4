"""Agents: who may log in, and with which password."""

from collections.abc import Mapping
from typing import Any

from desktop_desk.desk.key_ports import KeyPairs
from desktop_desk.desk.office import OfficeWork
from desktop_desk.desk.passwords import Passwords, good_password
from desktop_desk.desk.ports import Clock, Draft, NewId, Position, Store
from desktop_desk.desk.views import Done
from desktop_desk.domain.facts import EntityId


class Agents(OfficeWork):
    """Verbs about agents."""

    def __init__(
        self, store: Store, clock: Clock, new_id: NewId, actor: EntityId, passwords: Passwords,
        keys: KeyPairs | None = None,
    ) -> None:  # fmt: skip
        super().__init__(store, clock, new_id, actor)
        self._passwords = passwords
        self._keys = keys

    def add_agent(
        self, login: str, name: str, password: str | None, *, department: str | None = None,
        role: str | None = None, teams: tuple[str, ...] = (), **more: Any,
    ) -> Done:  # fmt: skip
        """Make an agent; without a password he cannot log in. `more`: email, phone, admin, roles."""
        uid = self._new_id.entity()
        secret = self._secret(uid, password) if password is not None else {"password": ""}
        with self._store.writing():
            self._require("office.agents")
            directory = self._store.directory()
            fields = {"login": login, "name": name, "department": department, "role": role, **more}
            kept = self._checked("agent", fields, directory, None)
            drafts = [Draft("agent_added", uid, {**kept, **secret})]
            drafts.extend(
                Draft("team_edited", self._thing(directory, "team", team).uid, {f"member:{uid}": True})
                for team in teams
            )
            return self._write(drafts, None, uid=uid)

    def edit_agent(
        self, uid: str, *, teams: tuple[str, ...] | None = None, seen: Position | None = None, **fields: Any
    ) -> Done:
        """Change an agent; `teams` are all the teams he is in from now on."""
        with self._store.writing():
            self._require("office.agents")
            directory = self._store.directory()
            agent = self._thing(directory, "agent", uid)
            kept = self._checked("agent", fields, directory, agent.uid)
            changed = {name: value for name, value in kept.items() if value != _kept(agent, name)}
            self._refuse_loss(agent, changed, directory)
            drafts = [Draft("agent_edited", agent.uid, changed)] if changed else []
            if teams is not None:
                chosen = {self._thing(directory, "team", team).uid for team in teams}
                drafts.extend(
                    Draft("team_edited", team.uid, {f"member:{agent.uid}": team.uid in chosen})
                    for team in directory.teams
                    if (team.uid in chosen) != (agent.uid in team.members)
                )
            return self._write(drafts, seen, uid=agent.uid)

    def set_password(self, uid: str, password: str) -> Done:
        """Give an agent a new password: his own, or another's by whoever may change agents."""
        with self._store.reading():
            known = self._thing(self._store.directory(), "agent", uid).uid
        secret = self._secret(known, password)
        with self._store.writing():
            if EntityId(uid) != self._actor:
                self._require("office.agents")
            agent = self._thing(self._store.directory(), "agent", uid)
            # What it replaces is of no more use to anybody but a thief; what was set elsewhere at once stays a rival.
            replaced = {"purged": ["password", "wrapped_key"], "only_seen": True}
            drafts = [Draft("purged", agent.uid, replaced), Draft("password_set", agent.uid, secret)]
            done = self._write(drafts, None, uid=agent.uid)
            self._store.logins.cleared(agent.login.casefold())
            return done

    def _secret(self, agent: EntityId, password: str) -> Mapping[str, str]:
        """What facts keep of a password: its hash and, for encrypted desks, a key pair that it unwraps."""
        hashed = self._passwords.made(good_password(password))
        return {"password": hashed, **(self._keys.made(agent, password) if self._keys is not None else {})}


def _kept(agent: Any, name: str) -> Any:
    return (
        agent.roles.get(name.removeprefix("role:"))
        if name.startswith("role:")
        else getattr(agent, name, None)
    )

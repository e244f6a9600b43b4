"""Addresses of servers as they were typed, passwords and all, for as long as the program runs."""

from desktop_desk.desk.addresses import is_address, password_in, shown_address


class TypedAddresses:
    """Takes passwords out of addresses before they are shown or kept, and knows them when a desk is opened again."""

    def __init__(self) -> None:
        self._whole: dict[str, str] = {}

    def shown(self, desk: str) -> str:
        """A file as it is; an address without its password, which is remembered."""
        if not is_address(desk):
            return desk
        shown = shown_address(desk)
        if password_in(desk):
            self._whole[shown] = desk
        return shown

    def whole(self, shown: str) -> str:
        """The address with the password that was typed for it, if any."""
        return self._whole.get(shown, shown)

    def forget(self, shown: str) -> None:
        """The server has refused what was typed."""
        self._whole.pop(shown, None)

"""Where a new desk is proposed to be: the user's documents, unless these lie where no desk may be kept."""

from pathlib import Path

from desktop_desk import bootstrap, config
from desktop_desk.ui.first_start_steps import documents


def own_folder() -> Path:
    """The first safe one of documents, home and the program's own folder, made if need be; asks the disk.

    Many systems put the documents into a folder that a cloud service copies.
    """
    places = (documents(), Path.home(), config.places().data)
    return next((place for place in places if bootstrap.is_safe_place(place / "front.desk")), places[-1])

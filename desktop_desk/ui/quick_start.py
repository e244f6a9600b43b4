"""What makes a start of the window quicker and smaller."""


def spare_source_reads() -> None:
    """Keep PySide6 from reading, and keeping, the source of every module that is imported from now on.

    It looks there for its own name, to know where `from __feature__ import …` may apply, which this program never
    uses. Call it before the other modules of the window are imported.
    """
    import PySide6.QtCore  # noqa: F401  makes the part below exist
    from shibokensupport import feature  # pyright: ignore[reportMissingImports]

    # A version that has no such part reads nothing, or does it elsewhere: then there is nothing to spare.
    if hasattr(feature, "_mod_uses_pyside"):  # pyright: ignore[reportUnknownArgumentType]
        feature._mod_uses_pyside = lambda _module: False  # noqa: SLF001

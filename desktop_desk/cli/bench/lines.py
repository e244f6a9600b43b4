"""Figures as they are printed: lines for people, rows for programs."""

from dataclasses import asdict

from desktop_desk.cli.bench.figures import Figure
from desktop_desk.i18n import _

_WIDTHS = (52, 17, 12, 36, 8, 22)


def heading() -> str:
    """The titles of the columns."""
    return _line((_("Figure"), _("Median"), _("95 %"), _("Beside"), _("Times"), _("Budget")), "")


def figure_line(figure: Figure) -> str:
    """One figure in columns; one that misses its budget says so."""
    columns = (
        figure.name,
        f"{figure.value:,.2f} {figure.unit}",
        "" if figure.p95 is None else f"{figure.p95:,.2f}",
        f"{figure.baseline:,.2f} {figure.beside}",
        f"{figure.ratio:.2f}",
        _budget(figure),
    )
    return _line(columns, "" if figure.kept else _("missed"))


def figure_row(figure: Figure) -> dict[str, object]:
    """One figure as JSON knows it."""
    return {**asdict(figure), "ratio": figure.ratio, "kept": figure.kept}


def _budget(figure: Figure) -> str:
    bound = "≥" if figure.at_least else "≤"
    parts = [
        "" if figure.budget is None else f"{bound} {figure.budget:,.0f}",
        "" if figure.p95_budget is None else f"95 % ≤ {figure.p95_budget:,.0f}",
        "" if figure.ratio_budget is None else f"≤ {figure.ratio_budget:.2f} ×",
    ]
    return ", ".join(part for part in parts if part)


def _line(columns: tuple[str, ...], end: str) -> str:
    cells = (f"{text:<{width}}" for text, width in zip(columns, _WIDTHS, strict=True))
    return f"{''.join(cells)}{end}".rstrip()

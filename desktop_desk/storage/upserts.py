"""Statements that write a row whether or not there is one with its key; each engine understands them."""

from desktop_desk.storage.orm import Model


def upsert(table: type[Model]) -> str:
    """Write a whole row, in the order of the model's fields, in place of one with the same key."""
    keys, others = _columns(table)
    changes = ", ".join(f"{name} = excluded.{name}" for name in others)
    return f"{_insert(table, (*keys, *others))} ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}"


def insert_new(table: type[Model]) -> str:
    """Write a whole row, in the order of the model's fields, unless there is one with the same key."""
    keys, others = _columns(table)
    return f"{_insert(table, (*keys, *others))} ON CONFLICT ({', '.join(keys)}) DO NOTHING"


def add_up(table: type[Model], *sums: str) -> str:
    """Write a whole row, or add its sums to those of the row with the same key."""
    keys, others = _columns(table)
    name: str = table._meta.table_name
    changes = ", ".join(f"{each} = {name}.{each} + excluded.{each}" for each in sums)
    return f"{_insert(table, (*keys, *others))} ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}"


def _columns(table: type[Model]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A table's key and its other columns."""
    key = table._meta.primary_key
    keys: tuple[str, ...] = key.field_names if hasattr(key, "field_names") else (key.column_name,)
    names = [field.column_name for field in table._meta.sorted_fields]
    return keys, tuple(name for name in names if name not in keys)


def _insert(table: type[Model], columns: tuple[str, ...]) -> str:
    names = [field.column_name for field in table._meta.sorted_fields]
    if names != list(columns):
        raise ValueError(f"{table.__name__} must name its key first")
    return f"INSERT INTO {table._meta.table_name} ({', '.join(names)}) VALUES ({','.join('?' * len(names))})"

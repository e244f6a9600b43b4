"""Where a desk is kept; the only package that imports peewee."""

# The driver is the standard library's sqlite3, built with SQLCipher; it ships no stubs of its own.

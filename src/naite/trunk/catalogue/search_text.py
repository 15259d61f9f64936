"""Where the words of listings lie, as each database searches them best: one table, two ways.

Rows are numbered as search entries are. A row may outlive its entry; whoever reads checks that the entry is
live.
"""

import sys
from array import array
from collections.abc import Sequence
from typing import Protocol

from django.db import connection, transaction

from naite.trunk.catalogue import bigrams

Row = tuple[int, str, str]  # number, title, everything else


class TextIndex(Protocol):
    def put(self, rows: Sequence[Row]) -> None: ...

    def drop(self, numbers: Sequence[int]) -> None: ...

    def match(self, words: Sequence[str]) -> tuple[Sequence[int], Sequence[int]]:
        """Return the rows that hold all these words: anywhere, and within the title."""

    def numbers_sql(self, words: Sequence[str]) -> tuple[str, str]:
        """Return a query for the rows that hold all these words, and its one parameter."""


class SqliteText:
    """FTS5 over sequences of bigrams."""

    NUMBERS = "SELECT rowid FROM catalogue_search_text WHERE catalogue_search_text MATCH %s"

    def put(self, rows: Sequence[Row]) -> None:
        self.drop([number for number, _title, _rest in rows])
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO catalogue_search_text (rowid, title, rest) VALUES (%s, %s, %s)",
                [
                    (number, " ".join(bigrams.title_sequence(title)), " ".join(bigrams.sequence(rest)))
                    for number, title, rest in rows
                ],
            )

    def drop(self, numbers: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany("DELETE FROM catalogue_search_text WHERE rowid = %s", [(n,) for n in numbers])

    def match(self, words: Sequence[str]) -> tuple[Sequence[int], Sequence[int]]:
        sql, query = self.numbers_sql(words)
        with connection.cursor() as cursor:
            cursor.execute(sql, [query])
            found = [row[0] for row in cursor.fetchall()]
            if not found:
                return [], []
            cursor.execute(sql, [f"title : ({query})"])
            return found, [row[0] for row in cursor.fetchall()]

    def numbers_sql(self, words: Sequence[str]) -> tuple[str, str]:
        return self.NUMBERS, " AND ".join(self._word(word) for word in words)

    def _word(self, word: str) -> str:
        # Words are letters and digits only, so quoting them is enough.
        if len(word) == 1:
            return f'"{word}"*'
        phrases = [bigrams.grams(word)]
        if len(word) >= bigrams.JOINED_FROM:
            phrases.append(bigrams.joined(word))
        return "(" + " OR ".join('"' + " ".join(phrase) + '"' for phrase in phrases) + ")"


class PostgresText:
    """``tsvector`` without positions: the index alone decides, and no row's words are read again."""

    NUMBERS = "SELECT id FROM catalogue_search_text WHERE everything @@ %s::tsquery"
    # One value of packed numbers travels many times faster than as many rows.
    PACKED = "SELECT string_agg(int8send(id), ''::bytea) FROM catalogue_search_text WHERE {} @@ %s::tsquery"

    def put(self, rows: Sequence[Row]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO catalogue_search_text (id, title, everything)"
                " VALUES (%s, array_to_tsvector(%s), array_to_tsvector(%s))"
                " ON CONFLICT (id) DO UPDATE SET title = excluded.title, everything = excluded.everything",
                [self._vectors(*row) for row in rows],
            )

    def drop(self, numbers: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM catalogue_search_text WHERE id = ANY(%s)", [list(numbers)])

    def match(self, words: Sequence[str]) -> tuple[Sequence[int], Sequence[int]]:
        _sql, query = self.numbers_sql(words)
        with transaction.atomic(), connection.cursor() as cursor:
            # The planner does not know that reading a row's words again costs far more than its place in the
            # index, and would rather read them all.
            cursor.execute("SET LOCAL enable_seqscan = off")
            found = self._numbers(cursor, "everything", query)
            title = self._numbers(cursor, "title", query) if found else array("q")
            cursor.execute("SET LOCAL enable_seqscan = on")
        return found, title

    def numbers_sql(self, words: Sequence[str]) -> tuple[str, str]:
        return self.NUMBERS, " & ".join(self._word(word) for word in words)

    def _numbers(self, cursor: object, column: str, query: str) -> "array[int]":
        cursor.execute(self.PACKED.format(column), [query])  # type: ignore[attr-defined]
        packed = cursor.fetchone()[0]  # type: ignore[attr-defined]
        numbers = array("q", bytes(packed or b""))
        if sys.byteorder == "little":
            numbers.byteswap()
        return numbers

    def _vectors(self, number: int, title: str, rest: str) -> tuple[int, list[str], list[str]]:
        named = bigrams.title_token_set(title)
        return number, list(named), list(named | bigrams.token_set(rest))

    def _word(self, word: str) -> str:
        if len(word) == 1:
            return f"'{word}':*"
        if len(word) == 2:
            return f"'{word}'"
        ways = [bigrams.grams(word, 3)]
        if len(word) >= bigrams.JOINED_FROM:
            ways.append(bigrams.joined(word, 3))
        return "(" + " | ".join("(" + " & ".join(f"'{gram}'" for gram in way) + ")" for way in ways) + ")"


def text_index() -> TextIndex:
    return PostgresText() if connection.vendor == "postgresql" else SqliteText()

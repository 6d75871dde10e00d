"""The database as it is filled: ids as the portal makes them, rows by the thousand, and the clock."""

import datetime
import os
import random
import sqlite3

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))
NOW = int(datetime.datetime.now(datetime.timezone.utc).timestamp() * 1_000_000)

# What part of the whole is made: all of it, or as little as a test needs.
SHARE = float(os.environ.get("FILL_SHARE", "1"))
# The same database every time, but for its dates.
chance = random.Random(20220530)


def day_of(at):
    """The business day of an instant."""
    return datetime.datetime.fromtimestamp(at / 1_000_000, SHANGHAI).date()


def instant(day, hour, minute=0):
    at = datetime.datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)
    return int(at.timestamp()) * 1_000_000


def part_of(whole):
    return max(1, round(whole * SHARE))


def below(limit):
    """A whole number below a limit; several times faster than `randrange`."""
    return int(chance.random() * limit)


class Store:
    def __init__(self, path):
        self.connection = sqlite3.connect(path)
        self.connection.execute("PRAGMA synchronous = OFF")
        self.connection.execute("PRAGMA cache_size = -400000")
        self.ids = 0
        # Indexes are made anew at the end, which is several times faster than keeping them.
        indexes = self.connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
        self.indexes = [sql for _, sql in indexes]
        for name, _ in indexes:
            self.connection.execute(f"DROP INDEX {name}")

    def __enter__(self):
        self.connection.__enter__()
        return self

    def __exit__(self, *failure):
        return self.connection.__exit__(*failure)

    def close(self):
        for sql in self.indexes:
            self.connection.execute(sql)
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.connection.close()

    def id(self, at=NOW):
        """A UUIDv7 of an instant; of one instant, later calls give later ids."""
        self.ids += 1
        return (
            (at // 1000).to_bytes(6, "big")
            + (0x7000 | self.ids >> 46 & 0xFFF).to_bytes(2, "big")
            + (1 << 63 | (self.ids & 0x3FFF_FFFF) << 32 | chance.getrandbits(32)).to_bytes(8, "big")
        )

    def insert(self, table, columns, rows):
        places = ",".join("?" * len(columns.split()))
        self.connection.executemany(f"INSERT INTO {table} ({','.join(columns.split())}) VALUES ({places})", rows)

    def run(self, sql, values=()):
        self.connection.execute(sql, values)

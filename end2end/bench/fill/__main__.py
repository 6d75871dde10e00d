"""Fills a migrated SQLite database as an association of 2,000 members has it after a hundred days, and opens a session
for the secretariat and for a member. No statistics are gathered: the portal gathers none either.

Usage: [FILL_SHARE=0.01] python3 fill DATABASE STAFF_TOKEN MEMBER_TOKEN"""

import sys

import coverage
import issues
import notices
import register
import sentinels
import supply
from store import Store


def main(path, staff_token, member_token):
    store = Store(path)
    with store:
        association = register.fill(store, staff_token, member_token)
        supply.fill(store, association)
        notices.fill(store, association)
        issues.fill(store, association)
        sentinels.fill(store, association)
        coverage.fill(store, association)
    store.close()


main(*sys.argv[1:])

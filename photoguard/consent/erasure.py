"""After an erasure: the database forgets on disk too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from photoguard.consent.engine import connectable
from photoguard.consent.faults import told_plainly
from photoguard.consent.schema import PERSONAL

if TYPE_CHECKING:
    from photoguard.consent.register import Register


def scrub(register: Register) -> None:
    """Write the register anew, so that what was erased is not left in its free pages.

    SQLite has overwritten the rows already (secure_delete); its working copy stays in
    memory. On PostgreSQL the tables are rewritten, for which the login has to own them:
    otherwise RegisterError ``consent.no_rights``, and the server's own vacuum does it.
    Backups are beyond the program's reach.
    """
    with told_plainly(register.place):
        engine = connectable(register.url, register.unit, read_only=False)
        connection = engine.raw_connection()
        try:
            driver: Any = connection.driver_connection
            if register.is_file:
                driver.execute("PRAGMA temp_store = MEMORY")
                driver.execute("VACUUM")
            else:
                driver.autocommit = True
                for table in PERSONAL:
                    driver.execute(f"VACUUM FULL {table}")
        finally:
            connection.close()

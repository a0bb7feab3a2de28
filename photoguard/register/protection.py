"""Rights, policies and triggers by which PostgreSQL itself protects the register.

A connection names its unit (``photoguard.unit``), and sees that unit's rows only if the
owner of the tables has bound its login, or a role that the login is a member of, to the
unit by a row in ``unit_role``; otherwise it sees none. Only the owner writes to the tables of
all units (``schema_version``, ``unit``, ``unit_role``), and nobody changes lines of the log:
triggers enforce this even for a login with too many rights.
"""

# ruff: noqa: S608 - the names in statements are this file's own

from __future__ import annotations

_RIGHTS_OF_3 = {
    "schema_version": "SELECT",
    "unit": "SELECT",
    "person": "SELECT, INSERT, UPDATE, DELETE",
    "guardian": "SELECT, INSERT, UPDATE, DELETE",
    "photographer": "SELECT, INSERT, UPDATE, DELETE",
    "permission": "SELECT, INSERT, UPDATE, DELETE",
    "post": "SELECT, INSERT, UPDATE",
    "post_group": "SELECT, INSERT",
    "post_photo": "SELECT, INSERT, UPDATE",  # UPDATE: an erased person's name leaves alt texts
    "noted": "SELECT, INSERT",
    "actor": "SELECT, INSERT",
    "log": "SELECT, INSERT",
    "log_head": "SELECT, UPDATE",
}
_RIGHTS_OF_4 = {
    "form": "SELECT, INSERT",
    "account_holder": "SELECT, INSERT, UPDATE, DELETE",
    "figure": "SELECT, INSERT, UPDATE",
}

RIGHTS = {**_RIGHTS_OF_3, **_RIGHTS_OF_4}
"""The rights that a unit's login needs, by table; it needs none on ``unit_role``."""

ALL_WRITING = "INSERT OR UPDATE OR DELETE OR TRUNCATE"

_OWNERS_ONLY_OF_3 = {
    "schema_version": ALL_WRITING,
    "unit": ALL_WRITING,
    "unit_role": ALL_WRITING,
    "actor": "UPDATE OR DELETE OR TRUNCATE",
    "log_head": "INSERT OR DELETE OR TRUNCATE",
    **dict.fromkeys(("person", "guardian", "photographer", "permission"), "TRUNCATE"),
    **dict.fromkeys(("post", "post_group", "post_photo", "noted"), "TRUNCATE"),
}

OWNERS_ONLY = {**_OWNERS_ONLY_OF_3, **dict.fromkeys(_RIGHTS_OF_4, "TRUNCATE")}
"""What only the owner of the tables may do, by table; row-level security ignores TRUNCATE."""

_ONE_UNIT = tuple(table for table in _RIGHTS_OF_3 if table != "schema_version")

_BOUND = """EXISTS (SELECT FROM unit_role b JOIN pg_roles r ON r.rolname = b.role
    WHERE b.unit = current_setting('photoguard.unit', true)
    AND pg_has_role(session_user, r.oid, 'MEMBER'){0})"""

_FUNCTIONS = (
    f"""CREATE FUNCTION photoguard_unit() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
        AS $$ SELECT current_setting('photoguard.unit', true) WHERE {_BOUND.format("")} $$""",
    """CREATE OR REPLACE FUNCTION photoguard_may(wanted text) RETURNS boolean
        LANGUAGE sql STABLE SECURITY DEFINER
        AS $$ SELECT coalesce(wanted = photoguard_unit(), false) $$""",
    f"""CREATE FUNCTION photoguard_sees_logins() RETURNS boolean LANGUAGE sql STABLE
        SECURITY DEFINER AS $$ SELECT {_BOUND.format(" AND b.sees_logins")} $$""",
    """CREATE FUNCTION photoguard_owns() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
        AS $$ SELECT pg_has_role(session_user, relowner, 'MEMBER')
              FROM pg_class WHERE oid = 'unit'::regclass $$""",
    """CREATE FUNCTION owners_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT photoguard_owns() THEN
                RAISE insufficient_privilege
                    USING MESSAGE = 'only the owner of the register does this';
            END IF;
            RETURN NULL;
        END $$""",
    """CREATE FUNCTION log_head_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.unit <> OLD.unit OR NEW.lines < OLD.lines
                OR (NEW.lines > 0 AND NOT EXISTS (SELECT FROM log l WHERE l.unit = NEW.unit
                    AND l.number = NEW.lines AND l.digest = NEW.digest)) THEN
                RAISE insufficient_privilege USING MESSAGE = 'the log only grows';
            END IF;
            RETURN NEW;
        END $$""",
)

# A login that makes a table or function of the same name must not be believed.
_OWN_PATH = """DO $$ DECLARE name text; BEGIN
    FOREACH name IN ARRAY ARRAY['photoguard_unit()', 'photoguard_may(text)',
        'photoguard_sees_logins()', 'photoguard_owns()', 'owners_only()', 'log_head_keeps()',
        'log_keeps()'] LOOP
        EXECUTE 'ALTER FUNCTION ' || name || ' SET search_path = '
            || quote_ident(current_schema()) || ', pg_temp';
    END LOOP; END $$"""

_POLICIES = (
    # A subquery without a reference to the row is asked once a statement, not once a row.
    *(
        f"ALTER POLICY one_unit ON {table} USING (unit = (SELECT photoguard_unit()))"
        for table in _ONE_UNIT
    ),
    "CREATE POLICY owner_names_units ON unit USING ((SELECT photoguard_owns()))",
    """CREATE POLICY owner_begins_logs ON log_head FOR INSERT
        WITH CHECK ((SELECT photoguard_owns()))""",
    """CREATE POLICY own_login ON actor AS RESTRICTIVE FOR SELECT
        USING (role = session_user OR (SELECT photoguard_sees_logins()))""",
    """CREATE POLICY own_name ON actor AS RESTRICTIVE FOR INSERT
        WITH CHECK (role = session_user)""",
)

_TRIGGERS = (
    "DROP TRIGGER unit_role_keeps ON unit_role",
    "DROP FUNCTION unit_role_keeps()",
    *(
        f"""CREATE TRIGGER owners_only BEFORE {events} ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION owners_only()"""
        for table, events in _OWNERS_ONLY_OF_3.items()
    ),
    """CREATE TRIGGER log_head_keeps BEFORE UPDATE ON log_head
        FOR EACH ROW EXECUTE FUNCTION log_head_keeps()""",
)

PROTECTION = (
    "ALTER TABLE unit_role ADD COLUMN sees_logins BOOLEAN NOT NULL DEFAULT FALSE",
    "ALTER TABLE actor ALTER COLUMN role SET DEFAULT session_user",
    *_FUNCTIONS,
    _OWN_PATH,
    *_POLICIES,
    *_TRIGGERS,
)
"""The statements of migration 3, which protects the register; never changed once released."""


NEW_TABLES_PROTECTED = tuple(
    statement
    for table, allowed in _RIGHTS_OF_4.items()
    for statement in (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY one_unit ON {table} USING (unit = (SELECT photoguard_unit()))",
        f"""CREATE TRIGGER owners_only BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION owners_only()""",
        # Whoever works for a unit already works with its new tables too.
        f"""DO $$ DECLARE bound text; BEGIN
            FOR bound IN SELECT DISTINCT b.role FROM unit_role b
                JOIN pg_roles r ON r.rolname = b.role LOOP
                EXECUTE 'GRANT {allowed} ON {table} TO ' || quote_ident(bound);
            END LOOP; END $$""",
    )
)
"""The statements that protect the tables of version 4; never changed once released."""

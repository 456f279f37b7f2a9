"""Ground floor, which every room imports: identifiers, text, formats, errors, mail, database roles, embedded
PostgreSQL."""

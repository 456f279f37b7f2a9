"""What every room stands on: identifiers, text, formats, errors, links, mails, roles of the database, its cluster."""

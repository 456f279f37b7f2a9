"""Everything around the sheets: home page, legal pages, deposits, company heads, error reports, contact, news."""

"""Reading of the sources for one reader of a sheet: rights and purpose, SQL, journal."""

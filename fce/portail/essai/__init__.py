"""A file tried against the schema of a source, its report and the sheet that results: nothing of it is kept."""

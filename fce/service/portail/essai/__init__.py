"""Try a file against the schema of a source: report and resulting sheet, nothing kept."""

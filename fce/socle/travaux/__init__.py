"""Work beside the pages: child processes, mail, logs, measures, locks."""

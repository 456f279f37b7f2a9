"""Sources engine: declare a data set, read its files, check them, load them aside, switch, report, roll back."""

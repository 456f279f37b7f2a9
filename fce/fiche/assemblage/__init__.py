"""From rows to the content of a sheet: blocs, tiles, alerts, events."""

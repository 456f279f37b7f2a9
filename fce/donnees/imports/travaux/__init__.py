"""Scheduled work: download files, import them, watch deposits, report by e-mail."""

"""An invented universe, written in the official formats, then imported like real files; and issuers of identities."""

"""Who runs a command: what the machine says, because the operator has no account of the service."""

import getpass
import os


def compte_du_systeme() -> str:
    """Return the name of the system account, or its number when it has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"

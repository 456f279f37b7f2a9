#!/usr/bin/env python
"""Django's usual door; the installed ``fce`` command is the same program."""

import sys

from fce.config.commande import main

if __name__ == "__main__":
    sys.exit(main())

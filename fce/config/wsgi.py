"""The WSGI application, loaded by the workers of ``fce serve`` or by any WSGI server."""

import multiprocessing
import os
import threading
from multiprocessing.process import BaseProcess

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fce.config.settings")
django.setup(set_prefix=False)

from fce.config.requetes import Application  # noqa: E402  needs the settings

application = Application()


def _mourir_avec(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


# A worker whose parent was killed would keep the port and the database: exit with the parent.
if (_parent := multiprocessing.parent_process()) is not None:
    threading.Thread(target=_mourir_avec, args=(_parent,), daemon=True).start()

"""The WSGI application, as a worker of ``fce serve`` loads it; any other WSGI server may."""

import multiprocessing
import os
import threading
from multiprocessing.process import BaseProcess

import django

from fce.config import menage

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fce.config.settings")
django.setup(set_prefix=False)

from fce.config.requetes import Application  # noqa: E402  needs the settings

application = Application()


def _preparer() -> None:
    from fce.config import preparation  # reads the declarations of the rooms: once Django is set up

    preparation.preparer()
    menage.installer()


def _mourir_avec(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


_preparer()
# A worker whose server was killed would keep the port and the database for nobody.
if (_parent := multiprocessing.parent_process()) is not None:
    threading.Thread(target=_mourir_avec, args=(_parent,), daemon=True).start()

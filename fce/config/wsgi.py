"""The WSGI application, as a worker of ``fce serve`` loads it."""

import multiprocessing
import os
import threading
from multiprocessing.process import BaseProcess

from django.core.wsgi import get_wsgi_application

from fce.config import menage

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fce.config.settings")
application = get_wsgi_application()


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

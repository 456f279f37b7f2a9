"""The WSGI application served by granian."""

import gc
import multiprocessing
import os
import threading
from multiprocessing.process import BaseProcess

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fce.config.settings")
application = get_wsgi_application()
# Declarations and code last as long as the process: looking for cycles among them would take a tenth of a second now
# and then, in the middle of a page. So would looking at all that pages keep each time that one makes a few thousand
# objects: young ones are looked at by twenty thousand, old ones once in hundreds of pages.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 50, 20)


def _mourir_avec(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


# A worker whose server was killed would keep the port and the database for nobody.
if (_parent := multiprocessing.parent_process()) is not None:
    threading.Thread(target=_mourir_avec, args=(_parent,), daemon=True).start()

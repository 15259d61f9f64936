import logging
import os
import threading

from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError, connection
from django.utils import timezone

from naite.config.process import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "naite.config.settings")
end_with_parent()
application = get_wsgi_application()

from naite.trunk.catalogue.search_columns import warm  # noqa: E402 - models need Django to be ready


def _warm() -> None:
    """Let the first visitor not wait for what a search keeps in memory."""
    try:
        warm(timezone.now())
    except DatabaseError as error:
        logging.getLogger("naite.search").warning("search is not warm: %s", error)
    finally:
        connection.close()


threading.Thread(target=_warm, name="warm-search", daemon=True).start()

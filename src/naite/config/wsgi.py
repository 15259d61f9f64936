import os

from django.core.wsgi import get_wsgi_application

from naite.config.process import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "naite.config.settings")
end_with_parent()
application = get_wsgi_application()

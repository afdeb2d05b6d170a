"""Where the database is comes from PG… variables; MDW_APP=minimal is the schema with nothing optional in it."""
import os

SECRET_KEY = "nobody signs in here"
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    {"minimal": "minimal.apps.MinimalConfig"}.get(os.environ.get("MDW_APP", ""), "dispatch.apps.DispatchConfig"),
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["PGDATABASE"],
        "USER": os.environ["PGUSER"],
        "PASSWORD": os.environ.get("PGPASSWORD", ""),
        "HOST": os.environ.get("PGHOST", "localhost"),
        "PORT": os.environ.get("PGPORT", "5432"),
    }
}

"""Settings of the tests: a data folder of their own, never the person's; static files as they stand."""

import atexit
import os
import shutil
import tempfile

os.environ["PPD_DATA_DIR"] = tempfile.mkdtemp(prefix="ppd-tests-")
atexit.register(shutil.rmtree, os.environ["PPD_DATA_DIR"], ignore_errors=True)

from designer.settings import *
from designer.settings import DATA_DIR, DATABASES, STORAGES

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # In a file, so that a live server's threads have connections of their own, as in earnest.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
# Nothing has to be collected before a test.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

#!/usr/bin/env python3
"""An old system as people have them: Django's own users, and an app of patients, projects and their states."""
import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mdw.settings")
    execute_from_command_line(sys.argv)

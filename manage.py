#!/usr/bin/env python3
"""Django's command line for this project."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "designer.settings")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except Exception as error:
        from designer.vault import VaultError

        if not isinstance(error, VaultError):
            raise
        sys.stderr.write(f"CommandError: {error}\n")
        sys.exit(2)  # what the commands exit with that tell more by 1


if __name__ == "__main__":
    main()

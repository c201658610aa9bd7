"""How Django's own pages, the admin, write dates: as the rest of the designer does (ISO 8601), in UTC."""

DATE_FORMAT = "Y-m-d"
DATETIME_FORMAT = "Y-m-d H:i"

from django.apps import AppConfig


class PatternsConfig(AppConfig):
    name = "patterns"
    label = "patterns"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from patterns import uses  # noqa: F401 - it listens for what designs wear

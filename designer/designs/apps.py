from django.apps import AppConfig


class DesignsConfig(AppConfig):
    name = "designer.designs"
    label = "designs"
    default_auto_field = "django.db.models.BigAutoField"
